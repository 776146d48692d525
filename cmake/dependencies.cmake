# SPDX-License-Identifier: GPL-2.0-or-later
# The libraries that the project stands on; packages.txt has their packages.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(HWLOC REQUIRED IMPORTED_TARGET hwloc>=2.0)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(SMARTCOLS REQUIRED IMPORTED_TARGET smartcols)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(DW REQUIRED IMPORTED_TARGET libdw libelf)
pkg_check_modules(KMOD REQUIRED IMPORTED_TARGET libkmod)
pkg_check_modules(GSL REQUIRED IMPORTED_TARGET gsl)
