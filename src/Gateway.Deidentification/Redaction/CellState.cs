namespace Gateway.Deidentification.Redaction;

/// <summary>What is known about a cell before a mask is filled.</summary>
internal enum CellState : byte
{
    /// <summary>Outside every mask and not beside one: never looked at.</summary>
    Ignored,

    /// <summary>Outside every mask and beside one: its colour is fixed.</summary>
    Known,

    /// <summary>Inside a mask: its colour is to be found.</summary>
    Unknown,
}
