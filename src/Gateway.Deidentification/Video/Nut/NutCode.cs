namespace Gateway.Deidentification.Video.Nut;

/// <summary>Start codes and frame flags of NUT, the container that ffmpeg pipes carry raw frames in (NUT specification, "Syncpoints", "Frame codes").</summary>
internal static class NutCode
{
    public const ulong Main = 0x4E4D_7A56_1F5F_04AD;
    public const ulong Stream = 0x4E53_1140_5BF2_F9DB;
    public const ulong Syncpoint = 0x4E4B_E4AD_EECA_4569;
    public const ulong Index = 0x4E58_DD67_2F23_E64E;
    public const ulong Info = 0x4E49_AB68_B596_BA78;

    /// <summary>First byte of every start code; no frame code has this value.</summary>
    public const byte StartByte = (byte)'N';

    /// <summary>A packet longer than this has a checksum of its header, too.</summary>
    public const int HeaderChecksumAbove = 4096;

    public static ReadOnlySpan<byte> FileId => "nut/multimedia container\0"u8;
}

/// <summary>What the header of a frame holds.</summary>
[Flags]
internal enum NutFlags
{
    None = 0,
    Key = 1,
    CodedTimestamp = 8,
    StreamId = 16,
    SizeMsb = 32,
    Checksum = 64,
    Reserved = 128,
    SideData = 256,
    HeaderIndex = 1024,
    MatchTime = 2048,
    Coded = 4096,
    Invalid = 8192,
}
