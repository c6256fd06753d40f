using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Tests.Media.Jpeg;

/// <summary>Which Huffman tables a made file has.</summary>
public enum TableKind
{
    /// <summary>Those of T.81 annex K, written out.</summary>
    Standard,

    /// <summary>Those of annex K, left out as webcams do.</summary>
    Omitted,

    /// <summary>Codes for what occurs in the picture and for nothing else.</summary>
    Tight,
}

/// <summary>What a made file is like.</summary>
/// <param name="Name">Name of the sampling.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Factors">Horizontal times 16 plus vertical sampling factor of each component.</param>
public sealed record JpegSpec(string Name, int Width, int Height, params int[] Factors)
{
    public int RestartInterval { get; init; }

    public TableKind Tables { get; init; }

    /// <summary>Step of every coefficient.</summary>
    public int Step { get; init; } = 8;

    public byte Process { get; init; } = JpegMarker.Sof0;

    public int Columns => Factors.Max(factor => factor >> 4);

    public int Rows => Factors.Max(factor => factor & 15);

    public int McuColumns => (Width + (8 * Columns) - 1) / (8 * Columns);

    public int McuRows => (Height + (8 * Rows) - 1) / (8 * Rows);

    /// <summary>One of every kind: samplings, odd sizes, restarts, tables.</summary>
    public static IReadOnlyList<JpegSpec> All { get; } =
    [
        new("gray", 136, 104, 0x11),
        new("gray odd", 131, 97, 0x11) { RestartInterval = 5 },
        new("4:4:4", 136, 104, 0x11, 0x11, 0x11),
        new("4:4:4 odd", 133, 99, 0x11, 0x11, 0x11) { Tables = TableKind.Tight },
        new("4:4:4 in wide MCUs", 136, 104, 0x21, 0x21, 0x21) { Step = 3 },
        new("4:2:2", 160, 104, 0x21, 0x11, 0x11),
        new("4:2:2 odd", 149, 99, 0x21, 0x11, 0x11) { Tables = TableKind.Omitted },
        new("4:2:2 written as 2x2,1x2", 160, 112, 0x22, 0x12, 0x12),
        new("4:4:0", 136, 112, 0x12, 0x11, 0x11),
        new("4:4:0 odd", 131, 107, 0x12, 0x11, 0x11) { RestartInterval = 7 },
        new("4:2:0", 160, 128, 0x22, 0x11, 0x11),
        new("4:2:0 odd", 149, 115, 0x22, 0x11, 0x11) { RestartInterval = 1 },
        new("4:2:0 tight", 160, 128, 0x22, 0x11, 0x11) { Tables = TableKind.Tight, RestartInterval = 10 },
        new("4:2:0 extended", 160, 128, 0x22, 0x11, 0x11) { Process = JpegMarker.Sof1, RestartInterval = 100 },
        new("4:1:1", 192, 104, 0x41, 0x11, 0x11),
        new("4:1:1 odd", 179, 99, 0x41, 0x11, 0x11) { RestartInterval = 3 },
        new("4:1:0", 192, 128, 0x42, 0x11, 0x11),
    ];

    public override string ToString() => $"{Name} {Width}x{Height} r{RestartInterval} {Tables}";
}
