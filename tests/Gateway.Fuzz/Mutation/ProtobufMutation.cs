using Gateway.TestKit;

namespace Gateway.Fuzz.Mutation;

/// <summary>Changes fields of a protocol buffer message and of messages inside it, with the lengths around them put right.</summary>
internal static class ProtobufMutation
{
    private const int DepthMax = 4;
    private const int NestingMax = 200;

    private static readonly ulong[] Numbers = [0, 1, 2, 127, 128, 255, 65_535, int.MaxValue, (ulong)int.MaxValue + 1, uint.MaxValue, long.MaxValue, (ulong)long.MaxValue + 1, ulong.MaxValue];

    public static byte[] Mutate(SeededGenerator choice, byte[] input, int depth)
    {
        if (!TryParse(input, out var fields) || fields.Count == 0)
        {
            return ByteMutation.Once(choice, input, input);
        }

        var index = choice.Next(0, fields.Count);
        var field = fields[index];
        switch (choice.Next(0, 11))
        {
            case 0:
                fields.RemoveAt(index);
                break;
            case 1:
                fields.Insert(index, field);
                break;
            case 2:
                var with = choice.Next(0, fields.Count);
                (fields[index], fields[with]) = (fields[with], fields[index]);
                break;
            case 3:
                fields[index] = field with { Number = (uint)choice.Next(0, 40) };
                break;
            case 4:
                fields[index] = field with { WireType = (uint)choice.Next(0, 8) };
                break;
            case 5:
                fields[index] = field with { WireType = 0, Value = Numbers[choice.Next(0, Numbers.Length)] };
                break;
            case 6 when field.WireType == 2:
                fields[index] = field with { Bytes = ByteMutation.Once(choice, field.Bytes, input) };
                break;
            case 7:
                fields[index] = field with { IsPadded = true };
                break;
            case 8:
                fields[index] = field with { WireType = 2, Bytes = Nested(choice) };
                break;
            case 9:
                fields[index] = field with { WireType = 2, Bytes = choice.Bytes(choice.Next(0, 1 << choice.Next(0, 13))) };
                break;
            default:
                fields[index] = field.WireType == 2 && depth < DepthMax ? field with { Bytes = Mutate(choice, field.Bytes, depth + 1) } : field with { Value = choice.Next() };
                break;
        }

        return Encode(fields);
    }

    private static byte[] Nested(SeededGenerator choice)
    {
        byte[] bytes = [];
        for (var depth = choice.Next(1, NestingMax); depth > 0; depth--)
        {
            bytes = Encode([new Field((uint)choice.Next(1, 5), 2, 0, bytes, false)]);
        }

        return bytes;
    }

    private static bool TryParse(ReadOnlySpan<byte> message, out List<Field> fields)
    {
        fields = [];
        while (!message.IsEmpty)
        {
            if (!TryReadNumber(ref message, out var key) || !TryReadField(ref message, key, out var field))
            {
                return false;
            }

            fields.Add(field);
        }

        return true;
    }

    private static bool TryReadField(ref ReadOnlySpan<byte> message, ulong key, out Field field)
    {
        var (number, wireType) = ((uint)(key >> 3), (uint)(key & 7));
        field = new Field(number, wireType, 0, [], false);
        var length = wireType switch { 1 => 8UL, 5 => 4UL, _ => 0UL };
        switch (wireType)
        {
            case 0 when TryReadNumber(ref message, out var value):
                field = field with { Value = value };
                return true;
            case 1 or 5:
                break;
            case 2 when TryReadNumber(ref message, out length):
                break;
            default:
                return false;
        }

        if (length > (ulong)message.Length)
        {
            return false;
        }

        field = field with { Bytes = message[..(int)length].ToArray() };
        message = message[(int)length..];
        return true;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> message, out ulong number)
    {
        number = 0;
        for (var i = 0; i < Math.Min(10, message.Length); i++)
        {
            number |= (ulong)(message[i] & 0x7F) << (7 * i);
            if (message[i] < 0x80)
            {
                message = message[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static byte[] Encode(List<Field> fields)
    {
        var output = new List<byte>();
        foreach (var field in fields)
        {
            WriteNumber(output, ((ulong)field.Number << 3) | field.WireType, padded: false);
            if (field.WireType == 0)
            {
                WriteNumber(output, field.Value, field.IsPadded);
                continue;
            }

            if (field.WireType == 2)
            {
                WriteNumber(output, (ulong)field.Bytes.Length, field.IsPadded);
            }

            output.AddRange(field.Bytes);
        }

        return [.. output];
    }

    // Padded: the same number in more bytes than it needs, which a reader must not take for the one plain encoding.
    private static void WriteNumber(List<byte> output, ulong number, bool padded)
    {
        for (; number >= 0x80; number >>= 7)
        {
            output.Add((byte)(number | 0x80));
        }

        output.Add((byte)(padded ? number | 0x80 : number));
        if (padded)
        {
            output.Add(0);
        }
    }

    private sealed record Field(uint Number, uint WireType, ulong Value, byte[] Bytes, bool IsPadded);
}
