#include "infra/cli/recording_command.hpp"

#include "infra/cli/operator_options.hpp"
#include "infra/recording/recordings.hpp"
#include "infra/store/open_store.hpp"
#include "protocol/audio/wav.hpp"
#include "protocol/text/utf8.hpp"

namespace trunkline {

namespace {

int report(const failure& why, std::ostream& err) {
  err << "trunkline: " << why.context << "\n";
  return why.retryable ? exit_unreachable : exit_failed;
}

} // namespace

int print_recording(const calls_command& command, const engine_config& config, std::ostream& out,
                    std::ostream& err) {
  const auto rows = open_repository(config, session_use::write);
  if (!rows)
    return report(rows.error(), err);
  if (const auto noted = note_view(**rows, "recording.played", command.call_sid); !noted)
    return report(noted.error(), err);
  const auto all = (*rows)->recordings_of(command.call_sid);
  if (!all)
    return report(all.error(), err);
  if (command.part == 0 || all->size() < command.part)
    return report({failure_kind::not_found,
                   "call " + shortened(clean_text(command.call_sid, 200), 60) + " has " +
                       std::to_string(all->size()) + " recording(s)",
                   false},
                  err);
  const auto file = open_recording(config.state_dir, (*all)[command.part - 1]);
  if (!file)
    return report(file.error(), err);
  out << wav_header_mulaw_stereo(static_cast<uint32_t>(file->size()));
  for (uint64_t at = 0; at < file->size(); at += recording_block_bytes) {
    const auto sound = file->read(at, recording_block_bytes);
    if (!sound)
      return report(sound.error(), err);
    out << *sound;
  }
  out.flush();
  return out ? exit_ok
             : report({failure_kind::unavailable, "the file cannot be written", false}, err);
}

} // namespace trunkline
