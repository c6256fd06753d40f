namespace Gateway.Deidentification.Media;

/// <summary>Encoding of a still image.</summary>
public enum StillFormat
{
    /// <summary>JPEG, Rec. ITU-T T.81.</summary>
    Jpeg,

    /// <summary>PNG, ISO/IEC 15948, one frame.</summary>
    Png,

    /// <summary>WebP, RFC 9649, one frame.</summary>
    WebP,
}
