namespace Gateway.Deidentification.Video.Nut;

/// <summary>What a NUT stream says of its frames: I420, one stream, nothing else.</summary>
/// <param name="Width">Width of every frame in pixels.</param>
/// <param name="Height">Height of every frame in pixels.</param>
/// <param name="TimeBase">Unit of time stamps in seconds.</param>
/// <param name="SampleAspect">Width to height of a pixel; 0 of 0 where unknown.</param>
public readonly record struct NutVideo(int Width, int Height, Fraction TimeBase, Fraction SampleAspect);

/// <summary>A ratio of two numbers that are not negative.</summary>
/// <param name="Numerator">Numerator.</param>
/// <param name="Denominator">Denominator.</param>
public readonly record struct Fraction(int Numerator, int Denominator);
