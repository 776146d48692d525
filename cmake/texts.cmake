# SPDX-License-Identifier: GPL-2.0-or-later
# Turns files into a table of their texts in C.

# embed_texts(NAME FILE...): write NAME.c into the current binary folder, which
# defines `const struct embedded_text NAME[]` with each file's name without its
# folder, ended by a NULL name. Sets NAME_SOURCE to its path.
function(embed_texts name)
	set(TEXTS_NAME ${name})
	set(TEXTS_ENTRIES "")
	foreach(path ${ARGN})
		file(READ ${path} text)
		string(REPLACE "\\" "\\\\" text "${text}")
		string(REPLACE "\"" "\\\"" text "${text}")
		string(REPLACE "\n" "\\n\"\n\t  \"" text "${text}")
		get_filename_component(file ${path} NAME)
		string(APPEND TEXTS_ENTRIES
			"\t{ \"${file}\",\n\t  \"${text}\" },\n")
	endforeach()
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARGN})
	configure_file(${PROJECT_SOURCE_DIR}/cmake/texts.c.in
		${CMAKE_CURRENT_BINARY_DIR}/${name}.c @ONLY)
	set(${name}_SOURCE ${CMAKE_CURRENT_BINARY_DIR}/${name}.c PARENT_SCOPE)
endfunction()
