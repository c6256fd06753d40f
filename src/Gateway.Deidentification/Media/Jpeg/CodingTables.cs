namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>The Huffman tables a picture is written with: those of its file, or the standard's.</summary>
/// <param name="layout">Layout of the picture.</param>
/// <param name="areStandard">True for the standard's, whatever the file has.</param>
internal readonly struct CodingTables(JpegLayout layout, bool areStandard)
{
    public bool AreStandard { get; } = areStandard;

    /// <summary>
    /// True where the file's own tables are the standard's. Others may have been made for the picture: their codes then tell how often what
    /// was masked had which values.
    /// </summary>
    public static bool IsStandard(JpegLayout layout)
    {
        var standard = new CodingTables(layout, areStandard: true);
        var own = new CodingTables(layout, areStandard: false);
        var isStandard = true;
        for (var i = 0; i < layout.PlaneCount; i++)
        {
            isStandard &= own.Dc(i).IsAs(standard.Dc(i)) && own.Ac(i).IsAs(standard.Ac(i));
        }

        return isStandard;
    }

    public HuffmanTable Dc(int plane) =>
        !AreStandard ? layout.Planes[plane].Dc : plane == 0 ? StandardTables.LumaDc : StandardTables.ChromaDc;

    public HuffmanTable Ac(int plane) =>
        !AreStandard ? layout.Planes[plane].Ac : plane == 0 ? StandardTables.LumaAc : StandardTables.ChromaAc;

    public int DcSlot(int plane) => !AreStandard ? layout.Planes[plane].DcSlot : Math.Min(plane, 1);

    public int AcSlot(int plane) => !AreStandard ? layout.Planes[plane].AcSlot : Math.Min(plane, 1);
}
