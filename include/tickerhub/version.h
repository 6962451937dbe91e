#ifndef TICKERHUB_VERSION_H_
#define TICKERHUB_VERSION_H_

// The version of the headers you compile against. CMake reads these lines, so
// they are the only place where the version is written.
#define TICKERHUB_VERSION_MAJOR 0
#define TICKERHUB_VERSION_MINOR 1
#define TICKERHUB_VERSION_PATCH 0

/// "MAJOR.MINOR.PATCH"
#define TICKERHUB_VERSION "0.1.0"

#endif  // TICKERHUB_VERSION_H_
