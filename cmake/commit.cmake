# SPDX-License-Identifier: GPL-2.0-or-later
# Writes the header that says which commit a program was built from, at every
# build: a run has to be made again from the same sources.
# usage: cmake -DSOURCE=DIR -DHEADER=FILE -P commit.cmake
set(commit "")
find_program(GIT git)
if(GIT AND EXISTS ${SOURCE}/.git)
	execute_process(
		COMMAND ${GIT} -C ${SOURCE} describe --always --dirty
			--abbrev=12 --exclude=*
		OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
		ERROR_QUIET)
endif()
if(commit)
	set(content "#define DIRTYBENCH_COMMIT \"${commit}\"\n")
else()
	set(content "#define DIRTYBENCH_COMMIT NULL\n")
endif()
# Only a change may compile again what includes it.
set(before "")
if(EXISTS ${HEADER})
	file(READ ${HEADER} before)
endif()
if(NOT before STREQUAL content)
	file(WRITE ${HEADER} "${content}")
endif()
