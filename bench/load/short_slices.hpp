#pragma once

namespace trunkline {

/// Asks the kernel to run this thread soon after it wakes, in shorter turns: not for more of the
/// processor than its fair share. Frames leave in time beside a busy server on the same machine.
/// Nothing happens where the kernel does not know it (before Linux 6.12).
void prefer_short_slices();

} // namespace trunkline
