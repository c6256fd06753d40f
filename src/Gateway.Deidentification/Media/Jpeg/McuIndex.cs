using System.Runtime.InteropServices;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Where an MCU begins.</summary>
/// <param name="Position">Its first bit, counted from the beginning of the data.</param>
/// <param name="Dc0">DC of the block before it, first plane.</param>
/// <param name="Dc1">Second plane.</param>
/// <param name="Dc2">Third plane.</param>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal readonly record struct McuMark(uint Position, short Dc0, short Dc1, short Dc2);

/// <summary>Where every MCU of a scan begins and every restart interval ends: any part can be read again without the rest.</summary>
internal sealed class McuIndex
{
    private McuMark[] _marks = [];
    private uint[] _ends = [];
    private int _count;

    public void Begin(int mcus, int segments)
    {
        _count = mcus;
        _marks = _marks.Length < mcus ? new McuMark[mcus] : _marks;
        _ends = _ends.Length < segments ? new uint[segments] : _ends;
    }

    public ref McuMark this[int mcu] => ref _marks[mcu];

    /// <summary>Bit after the last MCU of a restart interval; what fills its last byte is not part of it.</summary>
    public ref uint EndOf(int segment) => ref _ends[segment];

    /// <summary>Zeroes the marks: the DC values are the picture at an eighth of its size.</summary>
    public void Clear()
    {
        _marks.AsSpan(0, Math.Min(_count, _marks.Length)).Clear();
        _count = 0;
    }
}
