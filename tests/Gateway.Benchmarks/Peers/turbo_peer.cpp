// Peer B: the strongest C++ we know how to write without re-coding single JPEG blocks. libjpeg-turbo to planes and back (no colour
// conversion), ONNX Runtime through its C API with memory bound once and one thread, three box blurs over an ellipse in the planes.
#include <onnxruntime_c_api.h>
#include <turbojpeg.h>

#include "peer.h"

namespace {

constexpr int Quality = 85;
constexpr float Margin = 1.3f;
const OrtApi* api;

void check(OrtStatus* status) {
    if (status != nullptr) {
        std::fprintf(stderr, "%s\n", api->GetErrorMessage(status));
        std::exit(1);
    }
}

// One session with its input and its nine outputs in memory of our own.
class Model {
public:
    Model(const std::string& file, int width, int height) : input_(3 * width * height) {
        OrtEnv* environment;
        OrtSessionOptions* options;
        OrtMemoryInfo* memory;
        check(api->CreateEnv(ORT_LOGGING_LEVEL_ERROR, "peer", &environment));
        check(api->CreateSessionOptions(&options));
        check(api->SetIntraOpNumThreads(options, 1));
        check(api->SetSessionGraphOptimizationLevel(options, ORT_ENABLE_ALL));
        check(api->CreateSession(environment, file.c_str(), options, &session_));
        check(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
        const int64_t shape[4] = {1, 3, height, width};
        check(api->CreateTensorWithDataAsOrtValue(
            memory, input_.data(), input_.size() * sizeof(float), shape, 4, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &input_value_));
        for (int head = 0; head < 9; head++) {
            const int64_t stride = 8 << (head % 3), values = head < 6 ? 1 : 4, cells = (width / stride) * (height / stride);
            const int64_t dimensions[3] = {1, cells, values};
            heads_[head].resize(cells * values);
            check(api->CreateTensorWithDataAsOrtValue(
                memory, heads_[head].data(), heads_[head].size() * sizeof(float), dimensions, 3, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &head_values_[head]));
        }
    }

    float* input() { return input_.data(); }

    const float* head(int index) const { return heads_[index].data(); }

    void run() {
        const char* name = "input";
        check(api->Run(session_, nullptr, &name, const_cast<const OrtValue* const*>(&input_value_), 1, peer::HeadNames, 9, head_values_));
    }

private:
    OrtSession* session_ = nullptr;
    OrtValue* input_value_ = nullptr;
    OrtValue* head_values_[9] = {};
    std::vector<float> input_;
    std::vector<float> heads_[9];
};

// Three box blurs of one plane inside the ellipse of a box; sums slide, so the cost does not depend on the radius.
class BoxBlur {
public:
    void run(unsigned char* plane, int width, int height, int stride, float scale, const peer::Box& box) {
        const float w = box.width * Margin * scale, h = box.height * Margin * scale;
        const float centre_x = (box.x + box.width / 2) * scale, centre_y = (box.y + box.height / 2) * scale;
        const int left = std::max(0, static_cast<int>(centre_x - w / 2)), right = std::min(width, static_cast<int>(centre_x + w / 2) + 1);
        const int top = std::max(0, static_cast<int>(centre_y - h / 2)), bottom = std::min(height, static_cast<int>(centre_y + h / 2) + 1);
        const int columns = right - left, rows = bottom - top;
        if (columns < 2 || rows < 2) {
            return;
        }

        area_.resize(columns * rows);
        work_.resize(columns * rows);
        sums_.resize(columns);
        for (int row = 0; row < rows; row++) {
            std::memcpy(&area_[row * columns], plane + (top + row) * stride + left, columns);
        }

        const int radius = std::max(1, std::min(columns, rows) / 8);
        for (int pass = 0; pass < 3; pass++) {
            across(columns, rows, radius);
            down(columns, rows, radius);
        }

        for (int row = 0; row < rows; row++) {
            const float from_centre = (top + row + 0.5f - centre_y) / (h / 2);
            if (std::fabs(from_centre) >= 1) {
                continue;
            }

            const float reach = w / 2 * std::sqrt(1 - from_centre * from_centre);
            const int first = std::max(left, static_cast<int>(centre_x - reach)), end = std::min(right, static_cast<int>(centre_x + reach) + 1);
            if (first < end) {
                std::memcpy(plane + (top + row) * stride + first, &area_[row * columns + first - left], end - first);
            }
        }
    }

private:
    void across(int columns, int rows, int radius) {
        const int window = 2 * radius + 1, factor = (1 << 16) / window;
        for (int row = 0; row < rows; row++) {
            const unsigned char* from = &area_[row * columns];
            unsigned char* to = &work_[row * columns];
            int sum = 0;
            for (int tap = -radius; tap <= radius; tap++) {
                sum += from[std::clamp(tap, 0, columns - 1)];
            }

            for (int column = 0; column < columns; column++) {
                to[column] = static_cast<unsigned char>((sum * factor + (1 << 15)) >> 16);
                sum += from[std::min(column + radius + 1, columns - 1)] - from[std::max(column - radius, 0)];
            }
        }
    }

    void down(int columns, int rows, int radius) {
        const int window = 2 * radius + 1, factor = (1 << 16) / window;
        std::fill(sums_.begin(), sums_.end(), 0);
        for (int tap = -radius; tap <= radius; tap++) {
            const unsigned char* from = &work_[std::clamp(tap, 0, rows - 1) * columns];
            for (int column = 0; column < columns; column++) {
                sums_[column] += from[column];
            }
        }

        for (int row = 0; row < rows; row++) {
            const unsigned char* next = &work_[std::min(row + radius + 1, rows - 1) * columns];
            const unsigned char* last = &work_[std::max(row - radius, 0) * columns];
            unsigned char* to = &area_[row * columns];
            for (int column = 0; column < columns; column++) {
                to[column] = static_cast<unsigned char>((sums_[column] * factor + (1 << 15)) >> 16);
                sums_[column] += next[column] - last[column];
            }
        }
    }

    std::vector<unsigned char> area_, work_;
    std::vector<int> sums_;
};

// Planes of 4:2:0 at half size become planes of blue, green and red; colour already has that size.
void prepare(const unsigned char* y, const unsigned char* u, const unsigned char* v, int width, int height, float* tensor, int input_width, int input_height) {
    const int columns = width / 2, rows = height / 2, plane = input_width * input_height;
    for (int row = 0; row < rows; row++) {
        const unsigned char *upper = y + 2 * row * width, *lower = upper + width, *blue_row = u + row * columns, *red_row = v + row * columns;
        float *blue = tensor + row * input_width, *green = blue + plane, *red = green + plane;
        for (int column = 0; column < columns; column++) {
            const float luma = (upper[2 * column] + upper[2 * column + 1] + lower[2 * column] + lower[2 * column + 1] + 2) >> 2;
            const float cb = blue_row[column] - 128.0f, cr = red_row[column] - 128.0f;
            blue[column] = std::min(255.0f, std::max(0.0f, luma + 1.772f * cb));
            green[column] = std::min(255.0f, std::max(0.0f, luma - 0.344136f * cb - 0.714136f * cr));
            red[column] = std::min(255.0f, std::max(0.0f, luma + 1.402f * cr));
        }
    }
}

}  // namespace

int main(int count, char** values) {
    const peer::Arguments arguments = peer::read_arguments(count, values);
    api = OrtGetApiBase()->GetApi(ORT_API_VERSION);
    Model model(arguments.model, arguments.width, arguments.height);
    BoxBlur blur;
    tjhandle decoder = tjInitDecompress(), encoder = tjInitCompress();
    std::vector<unsigned char> planes, encoded;
    return peer::converse(peer::read_frames(arguments.folder), [&](const std::vector<unsigned char>& bytes, peer::Totals& totals) {
        totals.begin();
        int width, height, sampling, colours;
        tjDecompressHeader3(decoder, bytes.data(), bytes.size(), &width, &height, &sampling, &colours);
        if (sampling != TJSAMP_420 || width != 2 * arguments.width || height > 2 * arguments.height || width % 16 != 0 || height % 16 != 0) {
            std::fprintf(stderr, "this peer takes 4:2:0 frames of twice the model's width and whole blocks\n");
            std::exit(2);
        }

        planes.resize(width * height * 3 / 2);
        unsigned char* plane[3] = {planes.data(), planes.data() + width * height, planes.data() + width * height * 5 / 4};
        int strides[3] = {width, width / 2, width / 2};
        tjDecompressToYUVPlanes(decoder, bytes.data(), bytes.size(), plane, width, strides, height, 0);
        totals.end(peer::Decode);
        prepare(plane[0], plane[1], plane[2], width, height, model.input(), arguments.width, arguments.height);
        totals.end(peer::Prepare);
        model.run();
        totals.end(peer::Infer);
        const float* heads[9];
        for (int head = 0; head < 9; head++) {
            heads[head] = model.head(head);
        }

        const std::vector<peer::Box> found = peer::boxes_of(heads, arguments.width, arguments.height, arguments.score, 2);
        totals.end(peer::Boxes);
        for (const peer::Box& box : found) {
            blur.run(plane[0], width, height, width, 1, box);
            blur.run(plane[1], width / 2, height / 2, width / 2, 0.5f, box);
            blur.run(plane[2], width / 2, height / 2, width / 2, 0.5f, box);
        }

        totals.end(peer::Blur);
        encoded.resize(tjBufSize(width, height, TJSAMP_420));
        unsigned char* target = encoded.data();
        unsigned long length = encoded.size();
        const unsigned char* source[3] = {plane[0], plane[1], plane[2]};
        tjCompressFromYUVPlanes(encoder, source, width, strides, height, TJSAMP_420, &target, &length, Quality, TJFLAG_NOREALLOC);
        totals.end(peer::Encode);
        totals.faces += static_cast<long>(found.size());
        totals.bytes += static_cast<long>(length);
    });
}
