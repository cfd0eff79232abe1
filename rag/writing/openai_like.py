"""LlamaIndex's client of OpenAI's protocol, for any endpoint and any model. Slow to import."""

from llama_index.core.llms import LLMMetadata
from llama_index.llms.openai import OpenAI


class OpenAILike(OpenAI):
    """A chat model of any name; LlamaIndex's own class refuses one that it does not know."""

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex wants to know of it."""
        return LLMMetadata(model_name=self.model, is_chat_model=True)
