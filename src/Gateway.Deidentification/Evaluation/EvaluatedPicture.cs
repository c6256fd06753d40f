using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Evaluation;

/// <summary>A picture to evaluate on; whoever takes it disposes it.</summary>
/// <param name="Name">Name for progress and reports.</param>
/// <param name="Image">The upright picture in <see cref="PixelLayout.Bgra32"/>.</param>
/// <param name="Faces">Its faces; null where nobody labelled it.</param>
public sealed record EvaluatedPicture(string Name, PixelImage Image, IReadOnlyList<LabelledFace>? Faces) : IDisposable
{
    /// <summary>Zeroes the pixels.</summary>
    public void Dispose() => Image.Dispose();
}

/// <summary>An output to be looked at before it is gone.</summary>
/// <param name="Name">Name of the picture.</param>
/// <param name="Sighting">What became of it.</param>
/// <param name="Cover">What is masked.</param>
/// <param name="Output">Pixels of the output in <see cref="PixelLayout.Bgra32"/>; empty where the frame was not sent.</param>
public sealed record EvaluatedOutput(string Name, PictureSighting Sighting, CoverMap Cover, ReadOnlyMemory<byte> Output);
