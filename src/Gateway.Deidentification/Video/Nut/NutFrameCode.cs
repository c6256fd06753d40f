namespace Gateway.Deidentification.Video.Nut;

/// <summary>What a frame code stands for.</summary>
internal readonly record struct NutFrameCode(NutFlags Flags, int TimestampDelta, ulong SizeMultiplier, ulong SizeLsb, ulong Stream, int ReservedCount, int HeaderIndex)
{
    private const int Codes = 256;
    private const int FieldsMax = 16;
    private const int SizeMultiplierMax = 1 << 14;

    /// <summary>Reads the table of a main header, written in runs of codes that differ in size only.</summary>
    /// <exception cref="InvalidDataException">The table does not hold.</exception>
    public static NutFrameCode[] ReadTable(NutInput input)
    {
        var table = new NutFrameCode[Codes];
        long timestamp = 0;
        ulong multiplier = 1, stream = 0;
        var header = 0;
        for (var code = 0; code < Codes;)
        {
            var flags = (NutFlags)input.NumberUpTo(int.MaxValue);
            var fields = input.NumberUpTo(FieldsMax);
            timestamp = fields > 0 ? input.Signed() : timestamp;
            multiplier = fields > 1 ? (ulong)input.NumberUpTo(SizeMultiplierMax) : multiplier;
            stream = fields > 2 ? (ulong)input.NumberUpTo(Codes) : stream;
            var size = fields > 3 ? (ulong)input.NumberUpTo(SizeMultiplierMax) : 0;
            var reserved = fields > 4 ? input.NumberUpTo(FieldsMax) : 0;
            var count = fields > 5 ? input.NumberUpTo(Codes) : (int)multiplier - (int)size;
            if (fields > 6)
            {
                input.Signed();
            }

            header = fields > 7 ? input.NumberUpTo(Codes) : header;
            input.SkipNumbers(fields - 8);
            if (count <= 0 || timestamp is < int.MinValue or > int.MaxValue)
            {
                throw new InvalidDataException("a run of frame codes is empty");
            }

            for (var run = 0; run < count && code < Codes; code++)
            {
                if (code == NutCode.StartByte)
                {
                    table[code] = new NutFrameCode { Flags = NutFlags.Invalid };
                    continue;
                }

                table[code] = new NutFrameCode(flags, (int)timestamp, multiplier, size + (ulong)run, stream, reserved, header);
                run++;
            }
        }

        return table;
    }
}
