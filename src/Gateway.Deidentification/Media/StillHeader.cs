namespace Gateway.Deidentification.Media;

/// <summary>What the header of a file says about its image.</summary>
/// <param name="Width">Width in pixels as stored, before it is turned upright; 1 or more.</param>
/// <param name="Height">Height in pixels as stored; 1 or more.</param>
/// <param name="Orientation">How to turn the stored pixels upright.</param>
/// <param name="Traits">How the file is encoded.</param>
internal readonly record struct StillHeader(int Width, int Height, Orientation Orientation, StillTraits Traits);
