"""Makes entry scripts written for Azure Machine Learning import what they expect."""
