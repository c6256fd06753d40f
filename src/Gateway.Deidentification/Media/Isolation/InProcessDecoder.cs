using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Media.Isolation;

/// <summary>Decodes in this process: a picture that breaks the native decoder breaks the process.</summary>
internal sealed class InProcessDecoder : IPictureDecoder
{
    public MediaOutcome Decode(ScrubbedBuffer file, PixelImage image) => SkiaDecoder.Decode(file.Array, file.Length, image);
}
