# SPDX-License-Identifier: GPL-2.0-or-later
# Compiler settings that every target of the project shares.
add_compile_options(-Wall -Wextra)
add_compile_options($<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>)
add_compile_options($<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>)
add_compile_options($<$<COMPILE_LANGUAGE:C>:-Wvla>)
add_compile_definitions(_GNU_SOURCE)
# Resolving a symbol for the first time must not fall into a timed phase.
add_link_options(-Wl,-z,relro,-z,now)
if(DIRTYBENCH_WERROR)
	add_compile_options(-Werror)
endif()
include_directories(${PROJECT_SOURCE_DIR})
