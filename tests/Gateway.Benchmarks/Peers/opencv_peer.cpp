// Peer A: what one writes with OpenCV alone. imdecode, YuNet through OpenCV's own network runner, GaussianBlur in an ellipse, imencode.
//
// OpenCV has a class for this model, FaceDetectorYN. From 4.8 on it reads the twelve heads that the model has; before (Debian 12 has 4.6) it
// knows only the heads of an older model, and then the same steps are done here by hand: blob, forward, boxes.
#include <opencv2/opencv.hpp>
#include <opencv2/dnn.hpp>

#include "peer.h"

#define HAS_DETECTOR (CV_VERSION_MAJOR > 4 || (CV_VERSION_MAJOR == 4 && CV_VERSION_MINOR >= 8))

namespace {

constexpr int Quality = 85;
constexpr float Margin = 1.3f;

void blur(cv::Mat& image, const peer::Box& box) {
    const float width = box.width * Margin, height = box.height * Margin;
    const cv::Rect whole(0, 0, image.cols, image.rows);
    const cv::Rect area = cv::Rect(
        static_cast<int>(box.x + (box.width - width) / 2), static_cast<int>(box.y + (box.height - height) / 2),
        static_cast<int>(width) + 1, static_cast<int>(height) + 1) & whole;
    if (area.width < 2 || area.height < 2) {
        return;
    }

    cv::Mat part = image(area), blurred, mask(area.size(), CV_8U, cv::Scalar(0));
    cv::GaussianBlur(part, blurred, cv::Size(0, 0), std::min(area.width, area.height) / 8.0);
    cv::ellipse(mask, cv::Point(area.width / 2, area.height / 2), cv::Size(area.width / 2, area.height / 2), 0, 0, 360, cv::Scalar(255), -1);
    blurred.copyTo(part, mask);
}

}  // namespace

int main(int count, char** values) {
    const peer::Arguments arguments = peer::read_arguments(count, values);
    const cv::Size input(arguments.width, arguments.height);
    cv::setNumThreads(1);
#if HAS_DETECTOR
    cv::Ptr<cv::FaceDetectorYN> detector = cv::FaceDetectorYN::create(arguments.model, "", input, arguments.score, 0.3f);
#else
    cv::dnn::Net net = cv::dnn::readNetFromONNX(arguments.model);
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    const std::vector<cv::String> names(peer::HeadNames, peer::HeadNames + 9);
#endif
    std::vector<unsigned char> encoded;
    return peer::converse(peer::read_frames(arguments.folder), [&](const std::vector<unsigned char>& bytes, peer::Totals& totals) {
        totals.begin();
        cv::Mat image = cv::imdecode(bytes, cv::IMREAD_COLOR);
        totals.end(peer::Decode);

        // The model sees the frame at the width of its input, the rest of which is black.
        cv::Mat small, canvas;
        cv::resize(image, small, cv::Size(input.width, image.rows * input.width / image.cols));
        cv::copyMakeBorder(small, canvas, 0, input.height - small.rows, 0, 0, cv::BORDER_CONSTANT);
        const float to_image = static_cast<float>(image.cols) / input.width;
        std::vector<peer::Box> found;
#if HAS_DETECTOR
        totals.end(peer::Prepare);
        cv::Mat faces;
        detector->detect(canvas, faces);
        for (int row = 0; row < faces.rows; row++) {
            const float* face = faces.ptr<float>(row);
            found.push_back({face[0] * to_image, face[1] * to_image, face[2] * to_image, face[3] * to_image, face[14]});
        }
        totals.end(peer::Infer);
#else
        const cv::Mat blob = cv::dnn::blobFromImage(canvas);
        totals.end(peer::Prepare);
        net.setInput(blob);
        std::vector<cv::Mat> outputs;
        net.forward(outputs, names);
        totals.end(peer::Infer);
        const float* heads[9];
        for (int head = 0; head < 9; head++) {
            heads[head] = outputs[head].ptr<float>();
        }

        found = peer::boxes_of(heads, input.width, input.height, arguments.score, to_image);
#endif
        totals.end(peer::Boxes);
        for (const peer::Box& box : found) {
            blur(image, box);
        }

        totals.end(peer::Blur);
        cv::imencode(".jpg", image, encoded, {cv::IMWRITE_JPEG_QUALITY, Quality});
        totals.end(peer::Encode);
        totals.faces += static_cast<long>(found.size());
        totals.bytes += static_cast<long>(encoded.size());
    });
}
