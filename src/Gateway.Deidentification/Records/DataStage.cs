namespace Gateway.Deidentification.Records;

/// <summary>Stage of the data on the ladder of Rec. ITU-T X.1148 clause 8.1.</summary>
public enum DataStage
{
    /// <summary>Faces are masked; people may still be attributable by other means (body, clothing, place).</summary>
    Pseudonymized = 1,
}
