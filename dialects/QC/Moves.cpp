// Part of qc, under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Views of moves.
#include "dialects/QC/Moves.h"

using namespace mlir;
using namespace qc;

MoveView::MoveView(ShapeMath &math, unsigned tensor, Dims sizes, Walk walk)
    : math(&math), tensor(tensor), sizes(std::move(sizes)), walk(std::move(walk)) {
  for (int64_t d = 0; d < getRank(); ++d)
    origins.push_back(d);
}

static MoveView::Walk makeRowMajor(ShapeMath &math, ArrayRef<Dim> sizes) {
  MoveView::Walk walk{0, Dims(sizes.size(), Dim(0))};
  Dim stride = 1;
  for (size_t d = sizes.size(); d-- > 0; stride = math.mul(stride, sizes[d]))
    walk.strides[d] = stride;
  return walk;
}

MoveView::MoveView(ShapeMath &math, unsigned tensor, Dims sizes)
    : MoveView(math, tensor, sizes, makeRowMajor(math, sizes)) {}

// A copy whose walks, its own and those of its indices, are changed in the same way.
template <typename Change> MoveView MoveView::change(Change change) const {
  MoveView view = *this;
  change(view.walk);
  for (Lookup &lookup : view.lookups)
    change(lookup.walk);
  view.isWhole = false;
  return view;
}

MoveView MoveView::slice(int64_t d, Dim start, Dim size, int64_t step) const {
  if (step == 1 && start.is(0) && math->areEqual(size, sizes[d]))
    return *this;
  MoveView view = change([&](Walk &walk) {
    walk.offset = math->add(walk.offset, math->mul(start, walk.strides[d]));
    walk.strides[d] = math->mul(walk.strides[d], step);
  });
  view.sizes[d] = size;
  view.walksBack |= step < 0;
  return view;
}

MoveView MoveView::split(int64_t d, Dims parts) const {
  Dim others = 1;
  for (Dim part : parts)
    if (!part.isUnknown())
      others = math->mul(others, part);
  for (Dim &part : parts)
    if (part.isUnknown())
      part = math->floorDiv(sizes[d], others);
  MoveView view = change([&](Walk &walk) {
    Dims strides(parts.size(), Dim(0));
    Dim stride = walk.strides[d];
    for (size_t i = parts.size(); i-- > 0; stride = math->mul(stride, parts[i]))
      strides[i] = stride;
    walk.strides.erase(walk.strides.begin() + d);
    walk.strides.insert(walk.strides.begin() + d, strides.begin(), strides.end());
  });
  view.sizes.erase(view.sizes.begin() + d);
  view.sizes.insert(view.sizes.begin() + d, parts.begin(), parts.end());
  view.origins.insert(view.origins.begin() + d, parts.size() - 1, view.origins[d]);
  return view;
}

template <typename T> static llvm::SmallVector<T> pick(ArrayRef<T> values, ArrayRef<int64_t> order) {
  llvm::SmallVector<T> picked;
  for (int64_t d : order)
    picked.push_back(values[d]);
  return picked;
}

MoveView MoveView::permute(ArrayRef<int64_t> order) const {
  MoveView view = change([&](Walk &walk) { walk.strides = pick<Dim>(walk.strides, order); });
  view.sizes = pick<Dim>(sizes, order);
  view.origins = pick<int64_t>(origins, order);
  return view;
}

MoveView MoveView::stretch(int64_t d, Dim size) const {
  MoveView view = change([&](Walk &walk) { walk.strides.insert(walk.strides.begin() + d, Dim(0)); });
  view.sizes.insert(view.sizes.begin() + d, size);
  view.origins.insert(view.origins.begin() + d, -1);
  return view;
}

MoveView MoveView::broadcast(ArrayRef<Dim> to) const {
  MoveView view = *this;
  for (int64_t d = 0; view.getRank() < int64_t(to.size()); ++d)
    view = view.stretch(d, to[d]);
  for (int64_t d = 0; d < view.getRank(); ++d) {
    if (math->areEqual(view.sizes[d], to[d]))
      continue;
    Dim isOne = math->isEqual(view.sizes[d], 1);
    view = view.change([&](Walk &walk) { walk.strides[d] = math->select(isOne, 0, walk.strides[d]); });
    view.sizes[d] = to[d];
  }
  return view;
}

MoveView MoveView::drop(int64_t d) const {
  MoveView view = change([&](Walk &walk) { walk.strides.erase(walk.strides.begin() + d); });
  view.sizes.erase(view.sizes.begin() + d);
  view.origins.erase(view.origins.begin() + d);
  return view;
}

MoveView MoveView::lookup(int64_t d, const MoveView &indices) const {
  MoveView view = change([](Walk &) {});
  view.lookups.push_back({indices.tensor, {}, std::nullopt, indices.walk, sizes[d], walk.strides[d]});
  view.walk.strides[d] = Dim(0);
  view.sizes = indices.sizes;
  return view;
}

// By indices that lie one after the other along `d`, `size` of them.
MoveView MoveView::lookupAlong(int64_t d, Dim size, Lookup lookup) const {
  MoveView view = change([](Walk &) {});
  lookup.walk = {0, Dims(sizes.size(), Dim(0))};
  lookup.walk.strides[d] = Dim(1);
  lookup.size = sizes[d];
  lookup.stride = walk.strides[d];
  view.lookups.push_back(std::move(lookup));
  view.walk.strides[d] = Dim(0);
  view.sizes[d] = size;
  return view;
}

MoveView MoveView::lookup(int64_t d, ArrayRef<int64_t> table) const {
  return lookupAlong(d, int64_t(table.size()),
                     {std::nullopt, SmallVector<int64_t>(table), std::nullopt, {0, {}}, 0, 0});
}

MoveView MoveView::lookup(int64_t d, const Resized &resized) const {
  return lookupAlong(d, resized.out, {std::nullopt, {}, resized, {0, {}}, 0, 0});
}
