namespace Gateway.Deidentification.Detection;

/// <summary>What kind of thing a region shows. Each class is found by one model and has its own rule in the policy.</summary>
public enum RegionClass
{
    /// <summary>A face. The only class that the model inside the program finds.</summary>
    Face = 1,

    /// <summary>A whole head, also from behind.</summary>
    Head = 2,

    /// <summary>A licence plate.</summary>
    LicencePlate = 3,

    /// <summary>A whole person.</summary>
    Person = 4,

    /// <summary>Writing: names, badges, signs, addresses.</summary>
    Text = 5,

    /// <summary>A screen or display.</summary>
    Screen = 6,
}
