namespace Gateway.Sealing.Signatures;

/// <summary>Bounds of the profile. They are checked before anything inside is read.</summary>
public static class SealingLimits
{
    /// <summary>Largest signed content, bytes.</summary>
    public const int ContentBytesMax = 4 * 1024 * 1024;

    /// <summary>Largest sum of everything around the content: signature, attributes, certificates, recipients.</summary>
    public const int OverheadBytesMax = 16 * 1024;

    /// <summary>Largest encoding of the signed attributes, bytes.</summary>
    public const int AttributesBytesMax = 4 * 1024;

    /// <summary>Most certificates in a message.</summary>
    public const int CertificatesMax = 3;

    /// <summary>Largest certificate, bytes.</summary>
    public const int CertificateBytesMax = 4 * 1024;

    /// <summary>Most recipients of an envelope.</summary>
    public const int RecipientsMax = 2;

    /// <summary>Longest agreement id and purpose code, characters.</summary>
    public const int NameCharsMax = 64;
}
