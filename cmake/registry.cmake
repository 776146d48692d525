# SPDX-License-Identifier: GPL-2.0-or-later
# Turns a sorted list of names into sources of `core` and a table in C.

# generate_registry(KIND NAME...): add NAME.c of the current folder and define
# `const struct KIND *const KINDs[]`, NULL-terminated, in the order given.
function(generate_registry kind)
	set(REGISTRY_KIND ${kind})
	set(REGISTRY_DECLARATIONS "")
	set(REGISTRY_ENTRIES "")
	set(sorted ${ARGN})
	list(SORT sorted)
	if(NOT sorted STREQUAL "${ARGN}")
		message(FATAL_ERROR "the list of ${kind}s is not sorted")
	endif()
	foreach(name ${ARGN})
		string(MAKE_C_IDENTIFIER ${name} symbol)
		string(APPEND REGISTRY_DECLARATIONS
			"extern const struct ${kind} ${kind}_${symbol};\n")
		string(APPEND REGISTRY_ENTRIES "\t&${kind}_${symbol},\n")
		target_sources(core PRIVATE ${name}.c)
	endforeach()
	configure_file(${PROJECT_SOURCE_DIR}/cmake/registry.c.in
		${CMAKE_CURRENT_BINARY_DIR}/${kind}_table.c @ONLY)
	target_sources(core PRIVATE
		${CMAKE_CURRENT_BINARY_DIR}/${kind}_table.c)
endfunction()
