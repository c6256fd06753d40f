#!/usr/bin/env bash
# Builds the C++ peers of the `frames` benchmark into a folder.
#   tests/Gateway.Benchmarks/Peers/build.sh FOLDER
# Needs g++, libopencv-dev and libturbojpeg0-dev (apt). Headers and library of ONNX Runtime are those of the NuGet package that the product
# uses, so that both sides run the same inference; ORT_PACKAGE names another one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?folder for the programs}
mkdir -p "$out"

version=$(sed -n 's/.*"Microsoft.ML.OnnxRuntime" Version="\[\(.*\)\]".*/\1/p' "$here/../../../Directory.Packages.props")
ort=${ORT_PACKAGE:-${NUGET_PACKAGES:-$HOME/.nuget/packages}/microsoft.ml.onnxruntime/$version}
[ -d "$ort" ] || { echo "no ONNX Runtime package in $ort: run dotnet restore, or set ORT_PACKAGE" >&2; exit 3; }
case "$(uname -m)" in
    x86_64) rid=linux-x64 ;;
    aarch64) rid=linux-arm64 ;;
    *) echo "no ONNX Runtime for $(uname -m)" >&2; exit 3 ;;
esac

flags=(-std=c++17 -O3 -march=native -fno-math-errno -Wall -Wextra -Werror=return-type)
g++ "${flags[@]}" "$here/opencv_peer.cpp" -o "$out/opencv_peer" -isystem /usr/include/opencv4 \
    -lopencv_core -lopencv_imgproc -lopencv_imgcodecs -lopencv_dnn -lopencv_objdetect
g++ "${flags[@]}" -isystem "$ort/build/native/include" "$here/turbo_peer.cpp" -o "$out/turbo_peer" \
    -lturbojpeg "$ort/runtimes/$rid/native/libonnxruntime.so" -Wl,-rpath,'$ORIGIN'
# The package leaves out the versioned name that the program asks for.
ln -sf "$ort/runtimes/$rid/native/libonnxruntime.so" "$out/libonnxruntime.so.1"
echo "built $out/opencv_peer and $out/turbo_peer"
