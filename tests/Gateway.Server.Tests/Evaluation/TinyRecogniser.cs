using System.Security.Cryptography;
using Google.Protobuf;

namespace Gateway.Server.Tests.Evaluation;

/// <summary>
/// An ONNX model written here, field by field of onnx.proto: the mean colours of 8 x 8 parts of a picture are its embedding. It tells drawn faces
/// apart by their colours, which is enough to try an attack for real without anybody's weights.
/// </summary>
internal static class TinyRecogniser
{
    public const int Side = 112;

    private const int PoolSide = 14;
    private const int Dimensions = 192;

    public static byte[] Model() => Message(
        Number(1, 8),
        Bytes(7, Message(
            Bytes(1, Message(Text(1, "input"), Text(2, "pooled"), Text(4, "AveragePool"), Bytes(5, Sides("kernel_shape")), Bytes(5, Sides("strides")))),
            Bytes(1, Message(Text(1, "pooled"), Text(2, "embedding"), Text(4, "Flatten"))),
            Text(2, "tiny"),
            Bytes(11, Value("input", 1, 3, Side, Side)),
            Bytes(12, Value("embedding", 1, Dimensions)))),
        Bytes(8, Message(Text(1, ""), Number(2, 13))));

    public static string Manifest(byte[] model) => $$"""
        {
          "id": "tiny", "version": "1", "task": "face-recognition", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(model))}}",
          "input": { "name": "input", "side": {{Side}}, "channels": "BGR", "mean": 127.5, "scale": 0.0078 },
          "output": { "name": "embedding", "dimensions": {{Dimensions}} }
        }
        """;

    private static byte[] Sides(string name) => Message(Text(1, name), Number(8, PoolSide), Number(8, PoolSide), Number(20, 7));

    private static byte[] Value(string name, params long[] shape) => Message(
        Text(1, name),
        Bytes(2, Message(Bytes(1, Message(Number(1, 1), Bytes(2, Message([.. shape.Select(side => Bytes(1, Message(Number(1, side))))])))))));

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

    private static byte[] Text(int field, string text) => Bytes(field, System.Text.Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] bytes) => Write(output =>
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    });

    private static byte[] Number(int field, long number) => Write(output =>
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(number);
    });

    private static byte[] Write(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(output);
        }

        return bytes.ToArray();
    }
}
