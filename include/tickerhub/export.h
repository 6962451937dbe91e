#ifndef TICKERHUB_EXPORT_H_
#define TICKERHUB_EXPORT_H_

// TICKERHUB_EXPORT marks what a shared library of Tickerhub offers. Everything
// else in it is hidden. CMake and pkg-config define TICKERHUB_SHARED for the
// programs that use a shared build. In a static build the macro is empty: a
// library of yours that Tickerhub is linked into does not export it.
#ifdef TICKERHUB_SHARED
#define TICKERHUB_EXPORT [[gnu::visibility("default")]]
#else
#define TICKERHUB_EXPORT
#endif

#endif  // TICKERHUB_EXPORT_H_
