#include "bench/load/load_report.hpp"

#include "build_revision.inc" // made by the build

#include <sys/utsname.h>

#include <ctime>
#include <fstream>
#include <string_view>
#include <thread>

namespace trunkline {

namespace {

std::string processor_name() {
  std::ifstream in{"/proc/cpuinfo"};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name"))
      if (const auto colon = line.find(": "); colon != std::string::npos)
        return line.substr(colon + 2);
  return {};
}

} // namespace

run_facts facts_of_this_machine() {
  run_facts facts;
  facts.revision = TRUNKLINE_REVISION;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  facts.build_type = "sanitized";
#elif defined(NDEBUG)
  facts.build_type = "release";
#else
  facts.build_type = "debug";
#endif
  facts.compiler = __VERSION__;
  utsname kernel{};
  if (::uname(&kernel) == 0)
    facts.kernel = std::string{kernel.sysname} + " " + kernel.release;
  facts.processor = processor_name();
  facts.cores = std::thread::hardware_concurrency();
  const auto now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  facts.started = {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
  return facts;
}

} // namespace trunkline
