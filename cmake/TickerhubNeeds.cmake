# The parts that not everybody needs: tests, benchmarks, programs, web pages. Each
# has an option that is AUTO, ON or OFF. AUTO builds the part if what it needs
# is there, and says in one line what to install if it is not. ON makes the same
# line an error.

# tickerhub_part(OPTION "text for cmake-gui" default)
macro(tickerhub_part option text default)
  set(${option} "${default}" CACHE STRING "${text}: ON, OFF, or AUTO (if what it needs is there)")
  set_property(CACHE ${option} PROPERTY STRINGS AUTO ON OFF)
  if(NOT ${option} STREQUAL "AUTO" AND NOT "${${option}}" MATCHES "^(ON|OFF|TRUE|FALSE|YES|NO|1|0)$")
    message(FATAL_ERROR "tickerhub: ${option} must be AUTO, ON or OFF, not \"${${option}}\"")
  endif()
endmacro()

# tickerhub_leave_out(OPTION "the tests" "reason") says it, or fails if the part
# was asked for.
function(tickerhub_leave_out option what reason)
  get_property(value CACHE ${option} PROPERTY VALUE)
  if(value STREQUAL "AUTO")
    message(STATUS "tickerhub: ${what} are left out: ${reason}")
  else()
    message(FATAL_ERROR
      "tickerhub: ${what} cannot be built: ${reason} (${option} asks for them)")
  endif()
endfunction()

# tickerhub_find_needs(RESULT OPTION "the tests" need…)
# Each need is "what it is|condition|Debian packages". Sets RESULT to TRUE if all
# conditions are true; if not, tells what to install (see tickerhub_leave_out).
function(tickerhub_find_needs result option what)
  set(names "")
  set(packages "")
  foreach(need IN LISTS ARGN)
    string(REPLACE "|" ";" need "${need}")
    list(GET need 0 name)
    list(GET need 1 condition)
    list(GET need 2 package)
    if(NOT condition)
      list(APPEND names "${name}")
      list(APPEND packages "${package}")
    endif()
  endforeach()
  if(NOT names)
    set(${result} TRUE PARENT_SCOPE)
    return()
  endif()
  set(${result} FALSE PARENT_SCOPE)
  list(LENGTH names count)
  set(were "was")
  if(count GREATER 1)
    set(were "were")
  endif()
  list(JOIN names " and " names)
  list(JOIN packages " " packages)
  set(argument " tests")
  if(option MATCHES "EXAMPLES|PAGES|PROMETHEUS|JWT|SQLITE|TLS")
    set(argument "")
  endif()
  tickerhub_leave_out(${option} "${what}"
    "${names} ${were} not found; install ${packages}, or call cmake/install-dependencies${argument}")
endfunction()

# tickerhub_require("RapidJSON" condition package) fails with a sentence if a
# part of the library lacks what it cannot be without.
function(tickerhub_require name condition package)
  if(NOT condition)
    message(FATAL_ERROR
      "tickerhub: ${name} was not found; install ${package}, or call cmake/install-dependencies")
  endif()
endfunction()
