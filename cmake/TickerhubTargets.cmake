# What every target of this project shares: language level, warnings,
# sanitizers. All of it is PRIVATE: nothing reaches those who link the library.

include(GNUInstallDirs)

# A library's name changes with each version that may break what was there:
# before 1.0 a minor one.
set(TICKERHUB_SOVERSION "${PROJECT_VERSION_MAJOR}")
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(TICKERHUB_SOVERSION "0.${PROJECT_VERSION_MINOR}")
endif()

# Installed libraries find each other, and the programs them, wherever the
# prefix is moved to.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR
  BASE_DIRECTORY "${CMAKE_INSTALL_FULL_BINDIR}" OUTPUT_VARIABLE _libraries)
set(TICKERHUB_PROGRAM_RPATH "$ORIGIN/${_libraries}")

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# Many sources are compiled as one, which takes less than half the time: most of it
# goes into the headers of others. -DCMAKE_UNITY_BUILD=OFF compiles each alone,
# which is quicker where one source changes at a time (preset dev).
if(NOT DEFINED CMAKE_UNITY_BUILD)
  set(CMAKE_UNITY_BUILD ON)
endif()
if(NOT DEFINED CMAKE_UNITY_BUILD_BATCH_SIZE)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 40)
endif()

function(tickerhub_target_defaults target)
  target_compile_features(${target} PRIVATE cxx_std_17)
  set_target_properties(${target} PROPERTIES CXX_STANDARD 17
    CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wpedantic
    -Wnon-virtual-dtor -Woverloaded-virtual -Wconversion)
  if(CMAKE_UNITY_BUILD)
    # The compiler takes the sources for headers, whose members must not have
    # types of an anonymous namespace.
    target_compile_options(${target} PRIVATE
      $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>
      # GCC inlines less in a unit of many functions, however small they are: a
      # handshake would take a tenth more instructions.
      $<$<CXX_COMPILER_ID:GNU>:--param=large-unit-insns=1000000>)
  endif()
  if(TICKERHUB_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(TICKERHUB_SANITIZE)
    # Compiling with -O1 or -g takes twice as long; a report needs neither. The
    # presets take clang, which needs half of GCC's time for this.
    target_compile_options(${target} PRIVATE -fsanitize=${TICKERHUB_SANITIZE}
      -fno-omit-frame-pointer -fno-sanitize-recover=all -g1 -O0)
    target_link_options(${target} PRIVATE -fsanitize=${TICKERHUB_SANITIZE})
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      set(not_ours "${PROJECT_SOURCE_DIR}/tests/not-ours.txt")
      if(CMAKE_GENERATOR MATCHES "Ninja")
        # It compiles in the build folder. With a path from there, a compiler
        # cache serves every checkout.
        file(RELATIVE_PATH not_ours "${PROJECT_BINARY_DIR}" "${not_ours}")
      endif()
      target_compile_options(${target} PRIVATE -fsanitize-ignorelist=${not_ours})
    endif()
    if(TICKERHUB_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # It doesn't know the fences that Asio has besides its mutexes.
      target_compile_options(${target} PRIVATE -Wno-tsan)
    endif()
  endif()
endfunction()

# tickerhub_add_component(NAME core DESCRIPTION "…" SOURCES a.cc …
#   HEADERS tickerhub/a.h … [REQUIRES component …] [PRIVATE_PACKAGES zlib …]
#   [PRIVATE_LIBRARIES -pthread …])
# makes the library tickerhub_NAME, static or (BUILD_SHARED_LIBS) shared, known to
# its users as tickerhub::NAME, both here and from the installed package, and to
# pkg-config as tickerhub-NAME. Each header is compiled alone by the target
# all_verify_interface_header_sets. The last three are for pkg-config.
function(tickerhub_add_component)
  cmake_parse_arguments(arg "" "NAME;DESCRIPTION"
    "SOURCES;HEADERS;REQUIRES;PRIVATE_PACKAGES;PRIVATE_LIBRARIES" ${ARGN})
  set(target tickerhub_${arg_NAME})
  add_library(${target} ${arg_SOURCES})
  add_library(tickerhub::${arg_NAME} ALIAS ${target})
  tickerhub_target_defaults(${target})
  if(TICKERHUB_BUILD_FUZZERS)
    # So that a fuzzer sees which ways an input has taken.
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${arg_NAME}
    VERIFY_INTERFACE_HEADER_SETS ON
    VERSION ${PROJECT_VERSION} SOVERSION ${TICKERHUB_SOVERSION}
    INSTALL_RPATH "$ORIGIN")
  if(BUILD_SHARED_LIBS)
    target_compile_definitions(${target} PUBLIC TICKERHUB_SHARED)
    set(symbols "${PROJECT_SOURCE_DIR}/cmake/shared-symbols.map")
    target_link_options(${target} PRIVATE "LINKER:--version-script=${symbols}")
    set_target_properties(${target} PROPERTIES LINK_DEPENDS "${symbols}")
  endif()
  target_compile_features(${target} INTERFACE cxx_std_17)
  list(TRANSFORM arg_HEADERS PREPEND "${PROJECT_SOURCE_DIR}/include/")
  target_sources(${target} PUBLIC FILE_SET HEADERS
    BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${arg_HEADERS})
  # Private headers are named by their folder; lib/text serves every component.
  target_include_directories(${target} PRIVATE
    "${CMAKE_CURRENT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/lib")
  tickerhub_install_component(${arg_NAME} ${target})
  tickerhub_install_pkg_config(${arg_NAME} "${arg_DESCRIPTION}"
    "${arg_REQUIRES}" "${arg_PRIVATE_PACKAGES}" "${arg_PRIVATE_LIBRARIES}")
endfunction()
