// What both peers share: reading the frames, the clock, the heads of the model, and the conversation with the benchmark.
//
// A peer is started once with: MODEL FRAMES_FOLDER WIDTH HEIGHT SCORE (sides of the model's input, least score).
// For every line "round" on its input it processes all frames once and answers with one line of numbers:
//   frames  CPU-ms of the process  wall-ms  faces  output bytes  then CPU-ms of decode, prepare, infer, boxes, blur, encode
// At the end of its input it ends.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace peer {

struct Box {
    float x, y, width, height, score;
};

enum Stage { Decode, Prepare, Infer, Boxes, Blur, Encode, StageCount };

inline double milliseconds(clockid_t clock) {
    timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

struct Totals {
    double stage[StageCount] = {};
    long faces = 0;
    long bytes = 0;

    // Adds the time since the last call to a stage.
    void end(Stage of) {
        const double now = milliseconds(CLOCK_THREAD_CPUTIME_ID);
        stage[of] += now - last;
        last = now;
    }

    void begin() { last = milliseconds(CLOCK_THREAD_CPUTIME_ID); }

private:
    double last = 0;
};

struct Arguments {
    std::string model, folder;
    int width, height;
    float score;
};

inline Arguments read_arguments(int count, char** values) {
    if (count != 6) {
        std::fprintf(stderr, "usage: %s MODEL FRAMES_FOLDER WIDTH HEIGHT SCORE\n", values[0]);
        std::exit(2);
    }

    return {values[1], values[2], std::atoi(values[3]), std::atoi(values[4]), static_cast<float>(std::atof(values[5]))};
}

inline std::vector<std::vector<unsigned char>> read_frames(const std::string& folder) {
    std::vector<std::filesystem::path> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        names.push_back(entry.path());
    }

    std::sort(names.begin(), names.end());
    std::vector<std::vector<unsigned char>> frames;
    for (const auto& name : names) {
        std::ifstream file(name, std::ios::binary);
        frames.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }

    return frames;
}

// The twelve heads of the model: score = sqrt(cls * obj), box from the cell and the exponential of the size.
inline const char* const HeadNames[9] = {"cls_8", "cls_16", "cls_32", "obj_8", "obj_16", "obj_32", "bbox_8", "bbox_16", "bbox_32"};

inline float overlap(const Box& a, const Box& b) {
    const float width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
    const float height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
    const float both = std::max(0.0f, width) * std::max(0.0f, height);
    return both / (a.width * a.height + b.width * b.height - both + 1e-6f);
}

inline std::vector<Box> boxes_of(const float* const heads[9], int width, int height, float score_min, float to_image) {
    std::vector<Box> found;
    for (int level = 0; level < 3; level++) {
        const int stride = 8 << level, columns = width / stride, cells = columns * (height / stride);
        for (int cell = 0; cell < cells; cell++) {
            const float product = heads[level][cell] * heads[3 + level][cell];
            if (product < score_min * score_min) {
                continue;
            }

            const float* box = heads[6 + level] + 4 * cell;
            const float w = std::exp(box[2]) * stride, h = std::exp(box[3]) * stride;
            const float x = (cell % columns + box[0]) * stride - w / 2, y = (cell / columns + box[1]) * stride - h / 2;
            found.push_back({x * to_image, y * to_image, w * to_image, h * to_image, std::sqrt(product)});
        }
    }

    std::sort(found.begin(), found.end(), [](const Box& a, const Box& b) { return a.score > b.score; });
    std::vector<Box> kept;
    for (const Box& box : found) {
        if (std::none_of(kept.begin(), kept.end(), [&](const Box& other) { return overlap(box, other) > 0.3f; })) {
            kept.push_back(box);
        }
    }

    return kept;
}

// Runs rounds as they are asked for. Frame is a callable of (bytes, totals).
template <typename Frame>
int converse(const std::vector<std::vector<unsigned char>>& frames, Frame frame) {
    Totals warm_up;
    for (const auto& bytes : frames) {
        frame(bytes, warm_up);
    }

    std::printf("ready\n");
    std::fflush(stdout);
    for (std::string line; std::getline(std::cin, line);) {
        Totals totals;
        const double cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID), wall = milliseconds(CLOCK_MONOTONIC);
        for (const auto& bytes : frames) {
            frame(bytes, totals);
        }

        std::printf("%zu %.4f %.4f %ld %ld", frames.size(), milliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, milliseconds(CLOCK_MONOTONIC) - wall, totals.faces, totals.bytes);
        for (double stage : totals.stage) {
            std::printf(" %.4f", stage);
        }

        std::printf("\n");
        std::fflush(stdout);
    }

    return 0;
}

}  // namespace peer
