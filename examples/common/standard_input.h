#ifndef TICKERHUB_EXAMPLES_COMMON_STANDARD_INPUT_H_
#define TICKERHUB_EXAMPLES_COMMON_STANDARD_INPUT_H_

// What a server has to know before it reads its standard input.

namespace tickerhub::examples {

/// Returns false if the program was started without a standard input. Call it
/// first thing in main(): later the number may belong to a socket. Also sees to
/// it that a server in the background of a shell is not stopped for reading
/// the terminal; for it the input just ends.
bool PrepareStandardInput();

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_STANDARD_INPUT_H_
