namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>
/// A baseline JPEG file held as it was coded: headers, bits, and where each MCU begins. The picture is there at half its size for detection;
/// pixels at full size are decoded where somebody wants them, and each MCU only once, so that what was masked never comes back.
/// </summary>
/// <remarks>Not for several threads at once. Its memory is used again for the next file, and zeroed before.</remarks>
internal sealed class JpegPicture
{
    /// <summary>Pictures that wait for their next file. A frame takes one and gives one back, so few are enough for any number of streams.</summary>
    private const int IdleMax = 16;

    /// <summary>A larger picture is left to the garbage collector: stills are rare, and large ones would keep their memory for ever.</summary>
    private const int IdlePixelsMax = 4096 * 2304;

    private static readonly Lock Gate = new();

    /// <summary>The one used last on top: its memory is still in the caches, and has grown to what the frames of now need.</summary>
    private static readonly Stack<JpegPicture> Idle = new(IdleMax);

    private readonly JpegTables _tables = new();
    private readonly JpegSplicer _splicer = new();
    private readonly McuSet _decoded = new();
    private PixelImage? _half;
    private PixelImage? _image;
    private bool _hasPixels;

    private JpegPicture()
    {
    }

    public JpegLayout Layout { get; } = new();

    public EntropyData Data { get; } = new();

    public McuIndex Index { get; } = new();

    /// <summary>MCUs to replace; for the caller of <see cref="Write"/> to fill.</summary>
    public McuSet Dirty { get; } = new();

    /// <summary>The picture at half its width and height, both rounded up; I420, full range.</summary>
    public PixelImage Half => _half ?? throw new ObjectDisposedException(nameof(JpegPicture));

    private PixelImage Image => _image ?? throw new ObjectDisposedException(nameof(JpegPicture));

    /// <summary>
    /// Opens a file and reads it to its end. The image that comes with it is I420 in full range; its disposal ends the picture.
    /// </summary>
    /// <param name="file">The whole file; nothing of it is referred to afterwards. Its size must have been checked.</param>
    /// <param name="image">The image, where the answer is <see cref="JpegOutcome.Opened"/>.</param>
    public static JpegOutcome TryOpen(ReadOnlySpan<byte> file, out PixelImage? image)
    {
        var picture = Rent();
        var outcome = picture.Read(file);
        image = outcome == JpegOutcome.Opened ? picture._image = PixelImage.Of(picture) : null;
        if (image is null)
        {
            picture.Release();
        }

        return outcome;
    }

    /// <summary>Decodes every MCU that was not decoded yet.</summary>
    public void DecodeAll() => Decode(new PixelRect(0, 0, Layout.Width, Layout.Height));

    /// <summary>Decodes the MCUs that a rectangle of pixels touches, where that was not done yet.</summary>
    public void Decode(PixelRect pixels)
    {
        BeginPixels();
        var touched = _decoded.Touched(pixels);
        var sink = new PlanesSink<FullScale>(Layout, Image);
        for (var row = touched.Top; row < touched.Bottom; row++)
        {
            var end = (row * Layout.McuColumns) + touched.Right;
            for (var first = (row * Layout.McuColumns) + touched.Left; first < end;)
            {
                var after = _decoded.EndOfRun(first, EndOfInterval(first, end));
                if (!_decoded.Contains(first))
                {
                    ScanReader.ReadAgain(Layout, Data, Index, first, after, ref sink);
                    for (var mcu = first; mcu < after; mcu++)
                    {
                        _decoded.Add(mcu);
                    }
                }

                first = after;
            }
        }
    }

    /// <summary>
    /// Says that the pixels of a rectangle are about to be written over. Of an MCU that was not decoded yet none ever will be, so the rectangle
    /// must be of whole MCUs.
    /// </summary>
    public void GiveUp(PixelRect pixels)
    {
        BeginPixels();
        _decoded.Add(pixels);
    }

    /// <summary>Brings the pixels of a rectangle, changed in the image, into the half picture. Its sides must be even or borders.</summary>
    public void Refresh(PixelRect pixels)
    {
        for (var plane = 0; plane < 3; plane++)
        {
            var shift = plane == 0 ? 0 : 1;
            HalfSize.Average(PlaneSpan.Of(Image, plane), PlaneSpan.Of(Half, plane), new PixelRect(
                pixels.Left >> (shift + 1), pixels.Top >> (shift + 1), (pixels.Right + 1) >> (shift + 1), (pixels.Bottom + 1) >> (shift + 1)));
        }
    }

    /// <summary>
    /// Writes the picture with the MCUs of <see cref="Dirty"/> taken from the image, which must hold all their pixels. The bytes are valid until
    /// the image is disposed.
    /// </summary>
    public ReadOnlyMemory<byte> Write() =>
        // Tables made for the picture would tell something of what is masked; where nothing is, they may stay.
        _splicer.Write(this, Image, Dirty, keepsTables: Dirty.IsEmpty || CodingTables.IsStandard(Layout));

    /// <summary>Zeroes what is left of the file and waits for the next.</summary>
    internal void Release()
    {
        _image = null;
        Data.Clear();
        Index.Clear();
        _half?.Bytes.Clear();
        if (!IsKept())
        {
            _half?.Dispose();
        }
    }

    private static JpegPicture Rent()
    {
        lock (Gate)
        {
            return Idle.TryPop(out var idle) ? idle : new JpegPicture();
        }
    }

    private bool IsKept()
    {
        if ((long)Layout.Width * Layout.Height > IdlePixelsMax)
        {
            return false;
        }

        lock (Gate)
        {
            if (Idle.Count == IdleMax)
            {
                return false;
            }

            Idle.Push(this);
            return true;
        }
    }

    private JpegOutcome Read(ReadOnlySpan<byte> file)
    {
        var outcome = JpegHeaderReader.Read(file, Layout, _tables, out var scan);
        if (outcome != JpegOutcome.Opened)
        {
            return outcome;
        }

        _decoded.Begin(Layout);
        Dirty.Begin(Layout);
        _hasPixels = false;
        BeginHalf();
        var sink = new PlanesSink<HalfScale>(Layout, Half);
        return Data.TryRead(scan) && ScanReader.TryReadAll(Layout, Data, Index, ref sink) ? JpegOutcome.Opened : JpegOutcome.BadScan;
    }

    private void BeginHalf()
    {
        int width = (Layout.Width + 1) / 2, height = (Layout.Height + 1) / 2;
        if (_half is null || _half.Width != width || _half.Height != height)
        {
            _half?.Dispose();
            _half = PixelImage.CreateFullRange(width, height);
        }

        MakeGray(_half);
    }

    private void BeginPixels()
    {
        if (!_hasPixels)
        {
            _hasPixels = true;
            MakeGray(Image);
        }
    }

    private void MakeGray(PixelImage image)
    {
        if (Layout.PlaneCount == 1)
        {
            image.Bytes[(image.Width * image.Height)..].Fill(128);
        }
    }

    private int EndOfInterval(int mcu, int end) =>
        Layout.RestartInterval == 0 ? end : Math.Min(end, ((mcu / Layout.RestartInterval) + 1) * Layout.RestartInterval);
}
