namespace Gateway.Deidentification.Video.Nut;

/// <summary>The checksum of NUT: CRC-32 with polynomial 0x04C11DB7, most significant bit first, starting at zero, not inverted.</summary>
internal static class NutChecksum
{
    private const uint Polynomial = 0x04C1_1DB7;
    private static readonly uint[] Table = MakeTable();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = 0u;
        foreach (var value in bytes)
        {
            crc = (crc << 8) ^ Table[(crc >> 24) ^ value];
        }

        return crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var index = 0u; index < table.Length; index++)
        {
            var crc = index << 24;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc << 1) ^ ((crc >> 31) * Polynomial);
            }

            table[index] = crc;
        }

        return table;
    }
}
