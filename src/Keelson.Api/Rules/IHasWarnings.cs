using Keelson.Api.Validation;

namespace Keelson.Api;

/// <summary>A kind of which some objects are valid, and yet not what their author wants. Written by hand beside the type.</summary>
public interface IHasWarnings : IResource
{
    /// <summary>Tells what a client should know of an object that is taken all the same.</summary>
    /// <param name="old">What it replaces; null for a new one.</param>
    void Warn(IResource? old, FieldWarnings warnings);
}
