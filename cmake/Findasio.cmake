# Finds standalone Asio (Debian: libasio-dev), which ships no CMake config of
# its own. Defines asio::asio.

find_path(asio_INCLUDE_DIR asio.hpp)

if(asio_INCLUDE_DIR AND EXISTS "${asio_INCLUDE_DIR}/asio/version.hpp")
  file(STRINGS "${asio_INCLUDE_DIR}/asio/version.hpp" _asio_version_line
       REGEX "define ASIO_VERSION [0-9]+")
  string(REGEX MATCH "define ASIO_VERSION ([0-9]+)" _ "${_asio_version_line}")
  math(EXPR _asio_major "${CMAKE_MATCH_1} / 100000")
  math(EXPR _asio_minor "${CMAKE_MATCH_1} / 100 % 1000")
  math(EXPR _asio_patch "${CMAKE_MATCH_1} % 100")
  set(asio_VERSION "${_asio_major}.${_asio_minor}.${_asio_patch}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(asio REQUIRED_VARS asio_INCLUDE_DIR
                                  VERSION_VAR asio_VERSION)

if(asio_FOUND AND NOT TARGET asio::asio)
  find_package(Threads REQUIRED)
  add_library(asio::asio INTERFACE IMPORTED)
  # Asio 1.22 sees that the C++ library has aligned_alloc() only where a header
  # of that library came before its own. Files that disagree on it mix free()
  # and operator delete.
  set_target_properties(asio::asio PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${asio_INCLUDE_DIR}"
    INTERFACE_COMPILE_DEFINITIONS
      "ASIO_STANDALONE;$<$<PLATFORM_ID:Linux>:ASIO_HAS_STD_ALIGNED_ALLOC>"
    INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
mark_as_advanced(asio_INCLUDE_DIR)
