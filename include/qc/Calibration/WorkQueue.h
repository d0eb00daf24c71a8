// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Work that one thread hands to several.
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace qc::calibration {

/// Items in the order in which they were pushed, never more than `capacity` of them: memory does not grow with the
/// data.
template <typename Item> class WorkQueue {
public:
  /// `capacity` >= 1.
  explicit WorkQueue(size_t capacity) : capacity(capacity) {}

  /// Waits for room.
  void push(Item item) {
    std::unique_lock<std::mutex> lock(mutex);
    hasRoom.wait(lock, [&] { return items.size() < capacity; });
    items.push_back(std::move(item));
    hasItem.notify_one();
  }
  /// Nothing is pushed any more.
  void close() {
    std::lock_guard<std::mutex> lock(mutex);
    isClosed = true;
    hasItem.notify_all();
  }
  /// Waits for an item; nothing once all are taken and the queue is closed.
  std::optional<Item> pop() {
    std::unique_lock<std::mutex> lock(mutex);
    hasItem.wait(lock, [&] { return isClosed || !items.empty(); });
    if (items.empty())
      return std::nullopt;
    std::optional<Item> item = std::move(items.front());
    items.pop_front();
    hasRoom.notify_one();
    return item;
  }

private:
  std::mutex mutex;
  std::condition_variable hasRoom, hasItem;
  std::deque<Item> items;
  size_t capacity;
  bool isClosed = false;
};

} // namespace qc::calibration
