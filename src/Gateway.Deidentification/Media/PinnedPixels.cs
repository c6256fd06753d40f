using System.Runtime.InteropServices;

namespace Gateway.Deidentification.Media;

/// <summary>Lends the address of an image's bytes to native code.</summary>
internal static class PinnedPixels
{
    /// <summary>Runs an action while the bytes cannot move.</summary>
    public static TResult Use<TResult>(PixelImage image, Func<nint, TResult> action)
    {
        if (!MemoryMarshal.TryGetArray<byte>(image.Memory, out var segment))
        {
            throw new InvalidOperationException("The pixels are not in an array.");
        }

        var pin = GCHandle.Alloc(segment.Array, GCHandleType.Pinned);
        try
        {
            return action(pin.AddrOfPinnedObject() + segment.Offset);
        }
        finally
        {
            pin.Free();
        }
    }
}
