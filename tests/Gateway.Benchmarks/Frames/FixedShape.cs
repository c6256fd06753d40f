using Google.Protobuf;

namespace Gateway.Benchmarks.Frames;

/// <summary>
/// Writes the sides of the input into an ONNX file that leaves them open: OpenCV 4.6 cannot read a model that asks for its own shape while it
/// runs. Weights and nodes stay as they are.
/// </summary>
internal static class FixedShape
{
    /// <summary>ModelProto.graph, GraphProto.input, ValueInfoProto.type, TypeProto.tensor_type, Tensor.shape.</summary>
    private static readonly int[] PathToShape = [7, 11, 2, 1, 2];

    public static byte[] Of(byte[] model, params int[] shape) => Replace(model, PathToShape, Shape(shape));

    private static byte[] Replace(byte[] message, ReadOnlySpan<int> path, byte[] replacement)
    {
        if (path.IsEmpty)
        {
            return replacement;
        }

        using var result = new MemoryStream();
        var output = new CodedOutputStream(result, leaveOpen: true);
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag && tag != 0)
        {
            output.WriteTag(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.LengthDelimited:
                    var bytes = input.ReadBytes();
                    output.WriteBytes(WireFormat.GetTagFieldNumber(tag) == path[0] ? ByteString.CopyFrom(Replace(bytes.ToByteArray(), path[1..], replacement)) : bytes);
                    break;
                case WireFormat.WireType.Varint:
                    output.WriteUInt64(input.ReadUInt64());
                    break;
                case WireFormat.WireType.Fixed32:
                    output.WriteFixed32(input.ReadFixed32());
                    break;
                default:
                    output.WriteFixed64(input.ReadFixed64());
                    break;
            }
        }

        output.Flush();
        return result.ToArray();
    }

    /// <summary>TensorShapeProto: field 1 for every dimension, in it field 1 with its value.</summary>
    private static byte[] Shape(int[] shape)
    {
        using var result = new MemoryStream();
        var output = new CodedOutputStream(result, leaveOpen: true);
        foreach (var side in shape)
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteLength(1 + CodedOutputStream.ComputeInt32Size(side));
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt32(side);
        }

        output.Flush();
        return result.ToArray();
    }
}
