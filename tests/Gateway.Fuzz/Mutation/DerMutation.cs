using Gateway.TestKit;

namespace Gateway.Fuzz.Mutation;

/// <summary>
/// Changes one element of a DER message and puts the lengths around it right, so that the change gets past the outer checks; or leaves a
/// length wrong on purpose.
/// </summary>
internal static class DerMutation
{
    private const int DepthMax = 24;
    private const int NestingMax = 2000;

    public static byte[] Mutate(SeededGenerator choice, byte[] input, byte[] other)
    {
        if (!TryParse(input, 0, out var root) || root.Count == 0)
        {
            return ByteMutation.Once(choice, input, other);
        }

        for (var rounds = choice.Next(1, 4); rounds > 0; rounds--)
        {
            var all = new List<(List<Element> Siblings, int Index)>();
            Collect(root, all);
            if (all.Count == 0)
            {
                break;
            }

            var (siblings, index) = all[choice.Next(0, all.Count)];
            Change(choice, siblings, index, all, other);
        }

        return Encode(root);
    }

    private static void Change(SeededGenerator choice, List<Element> siblings, int index, List<(List<Element> Siblings, int Index)> all, byte[] other)
    {
        var element = siblings[index];
        switch (choice.Next(0, 13))
        {
            case 0:
                siblings.RemoveAt(index);
                break;
            case 1:
                siblings.Insert(index, element);
                break;
            case 2:
                var with = choice.Next(0, siblings.Count);
                (siblings[index], siblings[with]) = (siblings[with], siblings[index]);
                break;
            case 3:
                siblings[index] = element with { Tag = (byte)choice.Next(0, 256) };
                break;
            case 4:
                siblings[index] = element with { LengthForm = (LengthForm)choice.Next(1, 6) };
                break;
            case 5:
                siblings[index] = element.WithValue(ByteMutation.Once(choice, element.Value(), other));
                break;
            case 6:
                siblings[index] = element.WithValue([]);
                break;
            case 7:
                siblings[index] = element.WithValue(choice.Bytes(choice.Next(0, 1 << choice.Next(0, 14))));
                break;
            case 8:
                var (fromSiblings, fromIndex) = all[choice.Next(0, all.Count)];
                siblings[index] = fromIndex < fromSiblings.Count ? Frozen(fromSiblings[fromIndex]) : element;
                break;
            case 9:
                siblings[index] = element.WithValue(Nested(choice));
                break;
            case 10:
                siblings.Insert(index, new Element((byte)choice.Next(0, 256), choice.Bytes(choice.Next(0, 16)), null, LengthForm.Shortest));
                break;
            case 11:
                siblings[index] = new Element(element.Tag, [.. element.Value(), .. choice.Bytes(choice.Next(1, 4))], null, LengthForm.Shortest);
                break;
            default:
                siblings[index] = new Element(0x30, [], [element], LengthForm.Shortest);
                break;
        }
    }

    // As bytes: an element put inside itself would have no end.
    private static Element Frozen(Element element) => element.WithValue(element.Value());

    private static byte[] Nested(SeededGenerator choice)
    {
        byte[] value = [];
        for (var depth = choice.Next(1, NestingMax); depth > 0 && value.Length < 60_000; depth--)
        {
            value = Encode([new Element((byte)(choice.Next(0, 2) == 0 ? 0x30 : 0xA0), value, null, LengthForm.Shortest)]);
            if (depth > 64)
            {
                // Wrapping one by one copies everything each time: grow in one go instead.
                depth -= 32;
                value = [0x30, 0x80, .. value];
            }
        }

        return value;
    }

    private static void Collect(List<Element> siblings, List<(List<Element> Siblings, int Index)> all)
    {
        for (var index = 0; index < siblings.Count; index++)
        {
            all.Add((siblings, index));
            if (siblings[index].Children is { } children)
            {
                Collect(children, all);
            }
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> der, int depth, out List<Element> elements)
    {
        elements = [];
        while (!der.IsEmpty)
        {
            if (!TryReadHead(der, out var head, out var length))
            {
                return false;
            }

            var value = der.Slice(head, length);

            // An OCTET STRING may hold a message of its own; looking into it finds the inner one.
            var mayHold = (der[0] & 0x20) != 0 || (der[0] == 4 && length > 64);
            var children = mayHold && depth < DepthMax && TryParse(value, depth + 1, out var inner) ? inner : null;
            elements.Add(new Element(der[0], children is null ? value.ToArray() : [], children, LengthForm.Shortest));
            der = der[(head + length)..];
        }

        return true;
    }

    private static bool TryReadHead(ReadOnlySpan<byte> der, out int head, out int length)
    {
        (head, length) = (2, 0);
        if (der.Length < 2)
        {
            return false;
        }

        if (der[1] < 0x80)
        {
            length = der[1];
            return length <= der.Length - head;
        }

        var octets = der[1] & 0x7F;
        if (octets is 0 or > 3 || der.Length < 2 + octets)
        {
            return false;
        }

        for (var i = 0; i < octets; i++)
        {
            length = (length << 8) | der[2 + i];
        }

        head += octets;
        return length <= der.Length - head;
    }

    private static byte[] Encode(List<Element> elements)
    {
        var output = new List<byte>();
        foreach (var element in elements)
        {
            var value = element.Value();
            output.Add(element.Tag);
            output.AddRange(Length(value.Length, element.LengthForm));
            output.AddRange(value);
        }

        return [.. output];
    }

    private static byte[] Length(int length, LengthForm form) => form switch
    {
        LengthForm.Long => [0x84, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length],
        LengthForm.Indefinite => [0x80],
        LengthForm.TooLong => [0x84, 0x7F, 0xFF, 0xFF, 0xFF],
        LengthForm.OneMore => Length(length + 1, LengthForm.Shortest),
        LengthForm.OneLess => Length(Math.Max(0, length - 1), LengthForm.Shortest),
        _ => length switch
        {
            < 0x80 => [(byte)length],
            < 0x100 => [0x81, (byte)length],
            < 0x1_0000 => [0x82, (byte)(length >> 8), (byte)length],
            _ => [0x83, (byte)(length >> 16), (byte)(length >> 8), (byte)length],
        },
    };

    private enum LengthForm
    {
        Shortest,
        Long,
        Indefinite,
        TooLong,
        OneMore,
        OneLess,
    }

    private sealed record Element(byte Tag, byte[] Primitive, List<Element>? Children, LengthForm LengthForm)
    {
        public byte[] Value() => Children is null ? Primitive : Encode(Children);

        public Element WithValue(byte[] value) => this with { Primitive = value, Children = null };
    }
}
