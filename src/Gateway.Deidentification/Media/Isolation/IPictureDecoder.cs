using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Media.Isolation;

/// <summary>Turns a rebuilt file into pixels: in this process, or in one that may die of it.</summary>
internal interface IPictureDecoder
{
    /// <summary>Decodes into an image whose size was read from the header; a decoder that sees another size is not believed.</summary>
    MediaOutcome Decode(ScrubbedBuffer file, PixelImage image);
}
