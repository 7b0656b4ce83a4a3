#include "infra/metrics/metrics_text.hpp"

#include "infra/metrics/process_usage.hpp"

#include <caf/telemetry/metric_family_impl.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <nlohmann/json.hpp>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <unistd.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace trunkline {

namespace {

using caf::telemetry::metric;
using caf::telemetry::metric_family;

// CAF writes "caf.actor" and "mailbox-time"; Prometheus wants underscores and a unit at the end.
// CAF also calls gauges sums when they may be added up, but "_total" is for counters only.
std::string name_of(const metric_family* family, prometheus::MetricType type) {
  std::string name = family->prefix() + "_" + family->name();
  if (family->unit() != "1")
    name += "_" + family->unit();
  if (type == prometheus::MetricType::Counter)
    name += "_total";
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
}

class collector {
public:
  void operator()(const metric_family* family, const metric* instance,
                  const caf::telemetry::int_counter* counter) {
    add_counter(family, instance, static_cast<double>(counter->value()));
  }
  void operator()(const metric_family* family, const metric* instance,
                  const caf::telemetry::dbl_counter* counter) {
    add_counter(family, instance, counter->value());
  }
  void operator()(const metric_family* family, const metric* instance,
                  const caf::telemetry::int_gauge* gauge) {
    add_gauge(family, instance, static_cast<double>(gauge->value()));
  }
  void operator()(const metric_family* family, const metric* instance,
                  const caf::telemetry::dbl_gauge* gauge) {
    add_gauge(family, instance, gauge->value());
  }
  template<class T>
  void operator()(const metric_family* family, const metric* instance,
                  const caf::telemetry::histogram<T>* histogram) {
    prometheus::ClientMetric row;
    for (const auto& bucket : histogram->buckets()) {
      // CAF counts each bucket by itself, Prometheus cumulatively.
      row.histogram.sample_count += static_cast<uint64_t>(bucket.count.value());
      row.histogram.bucket.push_back(
          {row.histogram.sample_count, static_cast<double>(bucket.upper_bound)});
    }
    row.histogram.sample_sum = static_cast<double>(histogram->sum());
    add(family, instance, prometheus::MetricType::Histogram, std::move(row));
  }

  std::string text() const {
    auto all = process_families();
    for (const auto& [_, family] : families_)
      all.push_back(family);
    return prometheus::TextSerializer{}.Serialize(all);
  }

  const std::map<std::string, prometheus::MetricFamily>& families() const { return families_; }

private:
  // Names and units are those of Prometheus' own client libraries, but for the threads, which have
  // none there.
  static std::vector<prometheus::MetricFamily> process_families() {
    const auto usage = usage_of(::getpid());
    if (!usage)
      return {};
    const auto gauge = [](const char* name, const char* help, uint64_t value) {
      prometheus::ClientMetric row;
      row.gauge.value = static_cast<double>(value);
      return prometheus::MetricFamily{name, help, prometheus::MetricType::Gauge, {row}};
    };
    prometheus::ClientMetric cpu;
    cpu.counter.value = usage->cpu_s;
    return {{"process_cpu_seconds_total",
             "CPU seconds, user and system.",
             prometheus::MetricType::Counter,
             {cpu}},
            gauge("process_resident_memory_bytes", "Resident memory.", usage->rss_bytes),
            gauge("process_open_fds", "Open file descriptors.", usage->descriptors),
            gauge("process_threads", "Threads.", usage->threads)};
  }

  void add_counter(const metric_family* family, const metric* instance, double value) {
    if (!family->is_sum()) {
      add_gauge(family, instance, value);
      return;
    }
    prometheus::ClientMetric row;
    row.counter.value = value;
    add(family, instance, prometheus::MetricType::Counter, std::move(row));
  }
  void add_gauge(const metric_family* family, const metric* instance, double value) {
    prometheus::ClientMetric row;
    row.gauge.value = value;
    add(family, instance, prometheus::MetricType::Gauge, std::move(row));
  }
  void add(const metric_family* family, const metric* instance, prometheus::MetricType type,
           prometheus::ClientMetric row) {
    const auto name = name_of(family, type);
    auto& to = families_[name];
    to.name = name;
    to.help = family->helptext();
    to.type = type;
    for (const auto& label : instance->labels())
      row.label.push_back({std::string{label.name().data(), label.name().size()},
                           std::string{label.value().data(), label.value().size()}});
    to.metric.push_back(std::move(row));
  }

  std::map<std::string, prometheus::MetricFamily> families_;
};

} // namespace

std::string metrics_text(caf::actor_system& system) {
  collector all;
  system.metrics().collect(all);
  return all.text();
}

std::vector<system_metric_record> metric_rows(caf::actor_system& system, timestamp now) {
  collector all;
  system.metrics().collect(all);
  std::vector<system_metric_record> rows;
  for (const auto& [name, family] : all.families()) {
    if (name.rfind("trunkline_", 0) != 0)
      continue;
    for (const auto& one : family.metric) {
      auto labels = nlohmann::json::object();
      for (const auto& label : one.label)
        labels[label.name] = label.value;
      const auto add = [&](const std::string& suffix, double value) {
        rows.push_back({name + suffix, value, "trunkline", labels.dump(), now});
      };
      if (family.type == prometheus::MetricType::Histogram) {
        add("_count", static_cast<double>(one.histogram.sample_count));
        add("_sum", one.histogram.sample_sum);
      } else {
        add("",
            family.type == prometheus::MetricType::Counter ? one.counter.value : one.gauge.value);
      }
    }
  }
  return rows;
}

} // namespace trunkline
