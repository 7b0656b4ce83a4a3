#include "infra/work/worker_pool.hpp"

#include "infra/log/log.hpp"

#include <pthread.h>

#include <typeinfo>
#include <utility>

namespace trunkline {

namespace {

void run_guarded(const std::string& pool, const std::function<void()>& job) {
  try {
    job();
  } catch (const std::exception& error) {
    // The exception's text may quote caller data, its type does not.
    log_event(log_level::error, "worker.job_failed",
              {{"pool", pool}, {"error", typeid(error).name()}});
  }
}

} // namespace

worker_pool::worker_pool(std::string name, size_t threads, size_t queue_max)
    : name_(std::move(name)), queue_max_(queue_max) {
  for (size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { run(); });
    pthread_setname_np(threads_.back().native_handle(), name_.substr(0, 15).c_str());
  }
}

worker_pool::~worker_pool() {
  stop();
}

bool worker_pool::post(std::function<void()> job) {
  {
    std::lock_guard lock{mutex_};
    if (stopping_ || jobs_.size() >= queue_max_)
      return false;
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

size_t worker_pool::queued() const {
  std::lock_guard lock{mutex_};
  return jobs_.size();
}

void worker_pool::stop() {
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable())
      thread.join();
}

void worker_pool::run() {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty())
        return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    run_guarded(name_, job);
  }
}

std::shared_ptr<worker_strand> worker_strand::make(worker_pool& pool, size_t queue_max) {
  return std::shared_ptr<worker_strand>{new worker_strand{pool, queue_max}};
}

bool worker_strand::post(std::function<void()> job) {
  std::lock_guard lock{mutex_};
  if (jobs_.size() >= queue_max_)
    return false;
  if (!scheduled_) {
    // One pool slot stands for the whole strand, so strands take turns job by job.
    if (!pool_.post([self = shared_from_this()] { self->run(); }))
      return false;
    scheduled_ = true;
  }
  jobs_.push_back(std::move(job));
  return true;
}

void worker_strand::clear() {
  std::lock_guard lock{mutex_};
  jobs_.clear();
}

void worker_strand::run() {
  // One job per pool slot, so strands take turns; when the pool is full the strand goes on here
  // rather than lose its order or a job.
  do {
    std::function<void()> job;
    {
      std::lock_guard lock{mutex_};
      if (jobs_.empty()) {
        scheduled_ = false;
        return;
      }
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    run_guarded(pool_.name(), job);
  } while (!pool_.post([self = shared_from_this()] { self->run(); }));
}

} // namespace trunkline
