namespace Gateway.Deidentification.Models;

/// <summary>The one output of a model that answers with a map of probabilities; see the decoder "probability-map".</summary>
public sealed record MapLayout
{
    /// <summary>Most channels a map may have.</summary>
    public const int ChannelsMax = 256;

    /// <summary>Name of the tensor, [1, channels, height, width].</summary>
    public required string Output { get; init; }

    /// <summary>Input pixels a cell stands for, to each side.</summary>
    public required int Stride { get; init; }

    /// <summary>Channels of the map.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>The channel that counts, from 0.</summary>
    public int Channel { get; init; }

    /// <summary>How much a region is larger than its cells: each side by so many areas over perimeters. 0 to 4.</summary>
    public float Unclip { get; init; }
}
