namespace Gateway.Deidentification.Media.Containers;

/// <summary>What a rebuilt file is for.</summary>
internal enum ContainerUse
{
    /// <summary>Read by a decoder of ours and thrown away: colour profiles stay, because they say what the pixels mean.</summary>
    Decoding,

    /// <summary>Leaves the node: picture data and nothing else.</summary>
    Release,
}
