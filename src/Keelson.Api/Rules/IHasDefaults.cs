namespace Keelson.Api;

/// <summary>A kind of which the server fills in what a client left open. Written by hand beside the type.</summary>
public interface IHasDefaults : IResource
{
    /// <summary>The same object with every field filled in that has a value when nobody gives one.</summary>
    /// <remarks>Applied twice it changes nothing more; it may run on whatever a client sent, so it assumes nothing.</remarks>
    IResource WithDefaults();
}
