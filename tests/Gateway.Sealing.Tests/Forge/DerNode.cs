

using System.Formats.Asn1;

namespace Gateway.Sealing.Tests.Forge;

/// <summary>DER as a tree one can edit: vectors differ from a valid message in exactly the one thing their test names.</summary>
internal sealed class DerNode
{
    private const byte ConstructedBit = 0x20;
    private readonly List<DerNode> _children = [];

    private DerNode(byte tag, byte[] value)
    {
        Tag = tag;
        Value = value;
        if ((tag & ConstructedBit) != 0)
        {
            _children.AddRange(ParseAll(value));
        }
    }

    public byte Tag { get; set; }

    /// <summary>Content of a primitive element.</summary>
    public byte[] Value { get; set; }

    public List<DerNode> Children => _children;

    public DerNode this[int index] => _children[index];

    public static DerNode Parse(ReadOnlySpan<byte> der) => ParseAll(der)[0];

    public static DerNode Of(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return Parse(writer.Encode());
    }

    public static DerNode Primitive(byte tag, params byte[] value) => new(tag, value);

    public static DerNode Constructed(byte tag, params DerNode[] children)
    {
        var node = new DerNode(tag, []);
        node._children.AddRange(children);
        return node;
    }

    public DerNode Copy() => Parse(Encode());

    public byte[] Encode()
    {
        var content = (Tag & ConstructedBit) != 0 ? _children.SelectMany(child => child.Encode()).ToArray() : Value;
        return [Tag, .. Length(content.Length), .. content];
    }

    /// <summary>Restores the order a DER SET OF has after its members were changed.</summary>
    public void SortAsSet()
    {
        var sorted = _children.OrderBy(child => Convert.ToHexString(child.Encode()), StringComparer.Ordinal).ToList();
        _children.Clear();
        _children.AddRange(sorted);
    }

    private static List<DerNode> ParseAll(ReadOnlySpan<byte> der)
    {
        var nodes = new List<DerNode>();
        while (!der.IsEmpty)
        {
            var (header, length) = ReadLength(der);
            nodes.Add(new DerNode(der[0], der.Slice(header, length).ToArray()));
            der = der[(header + length)..];
        }

        return nodes;
    }

    private static (int Header, int Length) ReadLength(ReadOnlySpan<byte> der)
    {
        if (der[1] < 0x80)
        {
            return (2, der[1]);
        }

        var length = 0;
        var bytes = der[1] & 0x7F;
        for (var i = 0; i < bytes; i++)
        {
            length = (length << 8) | der[2 + i];
        }

        return (2 + bytes, length);
    }

    private static byte[] Length(int length) => length switch
    {
        < 0x80 => [(byte)length],
        < 0x100 => [0x81, (byte)length],
        < 0x1_0000 => [0x82, (byte)(length >> 8), (byte)length],
        _ => [0x83, (byte)(length >> 16), (byte)(length >> 8), (byte)length],
    };
}
