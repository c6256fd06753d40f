namespace Gateway.Sealing.Signatures;

/// <summary>
/// What is signed. Every kind has a type of its own, never id-data: a message signed as one kind cannot be presented as another, and signed
/// attributes cannot be presented as content.
/// </summary>
public static class ContentTypes
{
    /// <summary>A batch of identification mappings.</summary>
    public const string MappingBatch = Oids.PrivateArc + ".2.1";

    /// <summary>The record of one de-identified image or frame.</summary>
    public const string DeidentificationRecord = Oids.PrivateArc + ".2.4";

    /// <summary>The Merkle root over the records of a stream.</summary>
    public const string StreamRecord = Oids.PrivateArc + ".2.5";

    /// <summary>An exchange agreement.</summary>
    public const string Agreement = Oids.PrivateArc + ".2.6";

    /// <summary>What one side of a channel states about it: its ledger, its end, a contradiction.</summary>
    public const string ChannelStatement = Oids.PrivateArc + ".2.9";

    /// <summary>A checkpoint of the evidence chain: its end, or a part of it.</summary>
    public const string EvidenceCheckpoint = Oids.PrivateArc + ".2.10";

    /// <summary>The key of a sealed original and whom it is for.</summary>
    public const string SealedOriginal = Oids.PrivateArc + ".2.8";

    /// <summary>A signed receipt, RFC 2634 section 2.7.</summary>
    public const string Receipt = "1.2.840.113549.1.9.16.1.1";
}
