"""The PACs that a letter can be sent to, each by its own public interface."""
