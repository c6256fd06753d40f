namespace Gateway.Deidentification.Media;

/// <summary>How finely a JPEG samples colour against brightness.</summary>
public enum ChromaSampling
{
    /// <summary>4:4:4, as finely as brightness.</summary>
    Full,

    /// <summary>4:2:2, half the columns.</summary>
    Half,

    /// <summary>4:2:0, half the columns and half the rows.</summary>
    Quarter,
}
