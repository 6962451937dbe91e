#ifndef TICKERHUB_TESTS_SQLITE_FORGETFUL_DISK_H_
#define TICKERHUB_TESTS_SQLITE_FORGETFUL_DISK_H_

#include <functional>
#include <string>

namespace tickerhub {

/// The name of a sqlite3_vfs that works as SQLite's own and notes what is
/// synced.
constexpr char kForgetfulDisk[] = "forgetful";

/// Registers it. Call it once for each test; it forgets all files
/// and calls.
void UseForgetfulDisk();

/// Writes to `copy` what a power cut at this moment would leave of `file`: what
/// was synced, and nothing that was written since. Any thread may call.
void CutPower(const std::string& file, const std::string& copy);

/// Is called before each write from now on, on the thread that writes. Null:
/// nothing is.
void AtEachWrite(std::function<void()> call);

/// From now on writes fail as on a full disk, or work again.
void FillDisk(bool is_full);

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_SQLITE_FORGETFUL_DISK_H_
