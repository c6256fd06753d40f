namespace Gateway.Deidentification.Media;

/// <summary>The EXIF Orientation values (CIPA DC-008 4.6.5.1.6): where the first row and column of the stored image belong.</summary>
internal enum Orientation
{
    /// <summary>Row 0 is the top, column 0 the left: upright as stored.</summary>
    TopLeft = 1,

    /// <summary>Mirrored left to right.</summary>
    TopRight = 2,

    /// <summary>Turned by 180 degrees.</summary>
    BottomRight = 3,

    /// <summary>Mirrored top to bottom.</summary>
    BottomLeft = 4,

    /// <summary>Row 0 is the left, column 0 the top: transposed.</summary>
    LeftTop = 5,

    /// <summary>Must be turned clockwise by 90 degrees.</summary>
    RightTop = 6,

    /// <summary>Transposed over the other diagonal.</summary>
    RightBottom = 7,

    /// <summary>Must be turned counter-clockwise by 90 degrees.</summary>
    LeftBottom = 8,
}
