using System.Text;

namespace Gateway.TestKit.Onnx;

/// <summary>One field of a protobuf message as it lies on the wire: enough to take a model apart and put it together again.</summary>
/// <param name="Number">Field number.</param>
/// <param name="Kind">Wire type: 0 a number, 2 bytes, 1 and 5 fixed numbers of 8 and 4 bytes.</param>
/// <param name="Value">The number where <paramref name="Kind"/> is 0.</param>
/// <param name="Bytes">The bytes otherwise.</param>
internal sealed record ProtoField(int Number, int Kind, ulong Value, byte[] Bytes)
{
    public const int NumberKind = 0;
    public const int BytesKind = 2;

    public static ProtoField Of(int number, long value) => new(number, NumberKind, (ulong)value, []);

    public static ProtoField Of(int number, byte[] bytes) => new(number, BytesKind, 0, bytes);

    public static ProtoField Of(int number, string text) => Of(number, Encoding.UTF8.GetBytes(text));

    public static ProtoField Of(int number, params IEnumerable<ProtoField> fields) => Of(number, Write(fields));

    public static List<ProtoField> Read(ReadOnlySpan<byte> message)
    {
        var fields = new List<ProtoField>();
        while (!message.IsEmpty)
        {
            var key = TakeNumber(ref message);
            var (number, kind) = ((int)(key >> 3), (int)(key & 7));
            if (kind == NumberKind)
            {
                fields.Add(new ProtoField(number, kind, TakeNumber(ref message), []));
                continue;
            }

            var length = kind switch { BytesKind => (int)TakeNumber(ref message), 1 => 8, 5 => 4, _ => throw new InvalidDataException($"wire type {kind}") };
            fields.Add(new ProtoField(number, kind, 0, message[..length].ToArray()));
            message = message[length..];
        }

        return fields;
    }

    public static byte[] Write(IEnumerable<ProtoField> fields)
    {
        var message = new List<byte>();
        foreach (var field in fields)
        {
            PutNumber(message, ((ulong)field.Number << 3) | (uint)field.Kind);
            if (field.Kind == NumberKind)
            {
                PutNumber(message, field.Value);
                continue;
            }

            if (field.Kind == BytesKind)
            {
                PutNumber(message, (ulong)field.Bytes.Length);
            }

            message.AddRange(field.Bytes);
        }

        return [.. message];
    }

    private static ulong TakeNumber(ref ReadOnlySpan<byte> message)
    {
        var number = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[0];
            message = message[1..];
            number |= (ulong)(part & 127) << shift;
            if (part < 128)
            {
                return number;
            }
        }
    }

    private static void PutNumber(List<byte> message, ulong number)
    {
        for (; number >= 128; number >>= 7)
        {
            message.Add((byte)(number | 128));
        }

        message.Add((byte)number);
    }
}
